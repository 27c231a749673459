import type { RJSFSchema } from '@rjsf/utils';
import type { Camera, Retention as Told } from '../api';
import { mergePatch } from './mergePatch';
import { entered, withoutFlags, type Settings } from './settings';
import { bodiesOf, type Shape } from './zones';

export interface Recording {
  mode: string;
  stream: string;
  preRollSeconds: number;
  postRollSeconds: number;
  retention: Retention;
}

/** How long footage is kept, as it is edited: nothing is left out. */
export interface Retention extends Told {
  continuousDays: number;
  eventDays: number;
  maxBytes: number | null;
  minDays: number;
  /** Longer than other events, by what was seen. */
  labelDays: Record<string, number>;
  /** Longer than other events, by where. */
  zoneDays: Record<string, number>;
}

export interface ChosenDetector {
  id: string;
  settings: Settings;
}

/** A camera as it is being edited; zones and masks are kept apart, with their undo. */
export interface Draft {
  name: string;
  driver: string;
  enabled: boolean;
  settings: Settings;
  labels: string[];
  recording: Recording;
  detectors: ChosenDetector[];
}

export const DEFAULT_RECORDING: Recording = {
  mode: 'continuous',
  stream: 'main',
  preRollSeconds: 5,
  postRollSeconds: 10,
  retention: { continuousDays: 7, eventDays: 30, maxBytes: null, minDays: 0, labelDays: {}, zoneDays: {} },
};

/** What the server told, with what it left out. */
export function retentionOf(told: Told | null | undefined): Retention {
  const or = DEFAULT_RECORDING.retention;
  return {
    continuousDays: told?.continuousDays ?? or.continuousDays,
    eventDays: told?.eventDays ?? or.eventDays,
    maxBytes: told?.maxBytes ?? null,
    minDays: told?.minDays ?? or.minDays,
    labelDays: told?.labelDays ?? {},
    zoneDays: told?.zoneDays ?? {},
  };
}

export function newDraft(driver: string): Draft {
  return {
    name: '',
    driver,
    enabled: true,
    settings: {},
    labels: [],
    recording: DEFAULT_RECORDING,
    detectors: [],
  };
}

export function draftOf(camera: Camera, schema: RJSFSchema): { draft: Draft; secretsSet: string[] } {
  const { settings, secretsSet } = withoutFlags(camera.settings, schema);
  const { recording } = camera;
  const or = DEFAULT_RECORDING;
  return {
    draft: {
      name: camera.name,
      driver: camera.driver,
      enabled: camera.enabled,
      settings,
      labels: camera.labels,
      recording: {
        mode: recording.mode ?? or.mode,
        stream: recording.stream ?? or.stream,
        preRollSeconds: recording.preRollSeconds ?? or.preRollSeconds,
        postRollSeconds: recording.postRollSeconds ?? or.postRollSeconds,
        retention: retentionOf(recording.retention),
      },
      detectors: camera.detectors.map(({ id, settings: own }) => ({ id, settings: own ?? {} })),
    },
    secretsSet,
  };
}

/** What to POST. */
export function bodyOf(draft: Draft): object {
  return { ...draft, name: draft.name.trim(), settings: entered(draft.settings) };
}

/**
 * What to PATCH, or `undefined` if nothing changed. Lists are replaced as wholes, settings one by
 * one; a removed secret is `null` in the draft and so in the patch.
 */
export function patchOf(
  before: { draft: Draft; shapes: readonly Shape[] },
  after: { draft: Draft; shapes: readonly Shape[] },
): Record<string, unknown> | undefined {
  const whole = ({ draft, shapes }: typeof before) => ({
    ...draft,
    name: draft.name.trim(),
    settings: cleaned(draft.settings),
    detectors: draft.detectors.map((one) => ({ ...one, settings: entered(one.settings) })),
    ...bodiesOf(shapes),
  });
  return mergePatch(whole(before), whole(after)) as Record<string, unknown> | undefined;
}

/** Fields that were emptied count as left out; `null` stays, it removes a secret. */
function cleaned(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''));
}
