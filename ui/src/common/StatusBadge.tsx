import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleOff,
  IconClockPause,
  IconLoader2,
  IconLock,
  IconPlugConnectedX,
} from '@tabler/icons-react';
import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraState } from '../api/types';
import { said } from '../i18n';
import classes from './StatusBadge.module.css';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'off';

export interface StateBadgeProps {
  tone: Tone;
  icon: ReactNode;
  label: string;
  /** Said on hover, and to screen readers. */
  detail?: string | null;
  /** Only the icon is drawn; the words are still there for who cannot see it. */
  compact?: boolean;
}

/** A state as icon, word and colour, so that none of them is needed alone. */
export function StateBadge({ tone, icon, label, detail, compact = false }: StateBadgeProps) {
  const badge = (
    <span className={classes.badge} data-tone={tone} data-compact={compact || undefined}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <span className={compact ? classes.unseen : undefined}>{label}</span>
      {detail && <span className={classes.unseen}>{`: ${detail}`}</span>}
    </span>
  );
  if (!detail && !compact) return badge;
  return (
    <Tooltip label={detail ? `${label}: ${detail}` : label} multiline maw={320} withArrow openDelay={200}>
      {badge}
    </Tooltip>
  );
}

const looks: Record<CameraState, { tone: Tone; Icon: typeof IconLock }> = {
  streaming: { tone: 'good', Icon: IconCircleCheck },
  connecting: { tone: 'busy', Icon: IconLoader2 },
  stalled: { tone: 'warn', Icon: IconClockPause },
  backoff: { tone: 'bad', Icon: IconPlugConnectedX },
  unauthorized: { tone: 'bad', Icon: IconLock },
  disabled: { tone: 'off', Icon: IconCircleOff },
  error: { tone: 'bad', Icon: IconAlertTriangle },
};

/** A camera's state; without one yet it is shown as connecting. */
export function StatusBadge({ state, cause, compact }: { state?: CameraState; cause?: string | null; compact?: boolean }) {
  const { t } = useTranslation();
  const shown = state !== undefined && state in looks ? state : 'connecting';
  const { tone, Icon } = looks[shown];
  return (
    <StateBadge
      tone={tone}
      icon={<Icon size={14} stroke={2} className={tone === 'busy' ? classes.turning : undefined} />}
      label={t(`cameraState.${shown}`)}
      detail={shown === 'streaming' || !cause ? undefined : said(cause)}
      compact={compact}
    />
  );
}
