import { IconAlertTriangle, IconBell, IconBox, IconCar, IconPaw, IconUser, IconWalk } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { EventEntry } from './types';

const ANIMALS = new Set(['dog', 'cat', 'bird', 'horse', 'sheep', 'cow', 'bear', 'elephant', 'zebra', 'giraffe']);
const VEHICLES = new Set(['car', 'truck', 'bus', 'motorcycle', 'bicycle', 'train', 'boat', 'airplane']);

export type Kind = 'person' | 'vehicle' | 'animal' | 'object' | 'motion' | 'external' | 'system';

export function kindOf({ type, label }: Pick<EventEntry, 'type' | 'label'>): Kind {
  if (type === 'object') {
    if (label === 'person') return 'person';
    if (VEHICLES.has(label)) return 'vehicle';
    return ANIMALS.has(label) ? 'animal' : 'object';
  }
  return type === 'motion' || type === 'external' || type === 'system' ? type : 'object';
}

export const KIND_ICONS: Record<Kind, typeof IconBox> = {
  person: IconUser,
  vehicle: IconCar,
  animal: IconPaw,
  object: IconBox,
  motion: IconWalk,
  external: IconBell,
  system: IconAlertTriangle,
};

/** `person` as people say it; what is not known is shown as it came. */
export function useLabelText(): (label: string) => string {
  const { t } = useTranslation('events');
  return (label) =>
    t(`labels.${label.replaceAll(/[.:]/g, ' ')}`, { defaultValue: label.charAt(0).toLocaleUpperCase() + label.slice(1) });
}
