import { Button } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsDown,
  IconClockPause,
  IconCpu,
  IconEyeOff,
  IconLoader2,
  IconLock,
  IconPhotoOff,
  IconPlayerTrackNext,
  IconPlugConnectedX,
  IconRefresh,
  IconVideoOff,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCameraStatus } from '../api';
import { TimeText } from '../common';
import { said } from '../i18n';
import { isFinal, type LiveSnapshot, type LiveState } from './livePlayer';
import classes from './LivePlayer.module.css';

interface PlayerStateProps {
  cameraId: string;
  name: string;
  snapshot: LiveSnapshot;
  marks?: ReactNode;
  onRetry: () => void;
}

const icons: Record<LiveState['kind'], typeof IconLock> = {
  idle: IconVideoOff,
  connecting: IconLoader2,
  playing: IconLoader2,
  stalled: IconClockPause,
  paused: IconEyeOff,
  offline: IconVideoOff,
  disconnected: IconPlugConnectedX,
  unsupported: IconPhotoOff,
  unauthorized: IconLock,
  ended: IconVideoOff,
};

/** Over the picture: whose it is, and what keeps it from being live. */
export function PlayerState({ cameraId, name, snapshot, marks, onRetry }: PlayerStateProps) {
  const { t } = useTranslation('live');
  return (
    <>
      <div className={classes.top}>
        <span className={classes.name}>{name}</span>
        <span className={classes.marks}>
          {snapshot.behind && (
            <Mark icon={<IconPlayerTrackNext size={13} />} text={t('mark.behind')} title={t('mark.behindWhy', { count: snapshot.dropped })} />
          )}
          {snapshot.transcoded && <Mark icon={<IconCpu size={13} />} text={t('mark.transcoded')} title={t('mark.transcodedWhy')} />}
          {!snapshot.transcoded && snapshot.detour === 'codec' && (
            <Mark
              icon={<IconArrowsDown size={13} />}
              text={t(`mark.other.${snapshot.stream}`)}
              title={t(`mark.otherWhy.${snapshot.stream}`)}
            />
          )}
          {marks}
        </span>
      </div>
      <Message cameraId={cameraId} snapshot={snapshot} onRetry={onRetry} />
    </>
  );
}

/** A small sign with a word, on the picture. */
export function Mark({ icon, text, title, tone }: { icon: ReactNode; text: string; title?: string; tone?: 'red' | 'amber' }) {
  return (
    <span className={classes.mark} data-tone={tone} title={title}>
      <span aria-hidden className={classes.markIcon}>
        {icon}
      </span>
      {text}
    </span>
  );
}

function Message({ cameraId, snapshot, onRetry }: { cameraId: string; snapshot: LiveSnapshot; onRetry: () => void }) {
  const { t } = useTranslation('live');
  const status = useCameraStatus(cameraId);
  const { state } = snapshot;
  if (state.kind === 'playing' || state.kind === 'idle') return null;
  if (state.kind === 'connecting' && snapshot.picture) return null;

  const away = state.kind === 'offline' || state.kind === 'stalled' || state.kind === 'paused';
  const own = away && status && status.state !== 'streaming' ? status : undefined;
  if (state.kind === 'paused' && !own) return null;
  const Icon = own?.state === 'unauthorized' ? IconLock : own?.state === 'error' ? IconAlertTriangle : icons[own ? 'offline' : state.kind];
  return (
    <div className={classes.message} data-state={state.kind} data-over={snapshot.picture || undefined}>
      <Icon size={26} stroke={1.5} aria-hidden className={state.kind === 'connecting' ? classes.turning : undefined} />
      <strong>{own ? t(`camera.${own.state}`) : t(`state.${state.kind}`)}</strong>
      <span className={classes.cause}>
        {own ? (
          <>
            {own.cause && said(own.cause)}
            <span className={classes.since}>
              <TimeText at={own.since} relative />
            </span>
          </>
        ) : (
          <Cause state={state} />
        )}
      </span>
      {isFinal(state) && (
        <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

/** What the server calls them, where this page has words of its own. */
const CAUSES: Readonly<Record<string, string>> = {
  platform: 'platform',
  stalled: 'stalled',
  disabled: 'disabled',
  unauthorized: 'refused',
};

function Cause({ state }: { state: LiveState }) {
  const { t } = useTranslation('live');
  switch (state.kind) {
    case 'unsupported':
      return state.codec === 'MSE' ? t('cause.noMediaSource') : t('cause.codec', { codec: codecName(state.codec) });
    case 'unauthorized':
      return t('cause.unauthorized');
    case 'disconnected':
      return t('cause.disconnected');
    case 'ended':
      return t(state.cause === 'unknown camera' ? 'cause.unknownCamera' : 'cause.noSuchStream');
    case 'offline':
      return t(`cause.${CAUSES[state.cause] ?? 'offline'}`);
    default:
      return null;
  }
}

/** `hvc1.1.6.L93.B0` says nothing to most people. */
export function codecName(codec: string): string {
  const names: [RegExp, string][] = [
    [/^avc[13]/, 'H.264'],
    [/^(hvc1|hev1)/, 'H.265'],
    [/^av01/, 'AV1'],
    [/^vp0?9/, 'VP9'],
    [/^mp4a/, 'AAC'],
    [/^opus/i, 'Opus'],
  ];
  return names.find(([pattern]) => pattern.test(codec))?.[1] ?? codec;
}
