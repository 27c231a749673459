import { ActionIcon, Button, Loader, Tooltip } from '@mantine/core';
import {
  IconArrowsDiagonal,
  IconArrowsDiagonalMinimize2,
  IconCamera,
  IconPlayerTrackNext,
  IconVolume,
  IconVolumeOff,
  IconZoomReset,
} from '@tabler/icons-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { ZoomFrame } from '../live/zoom';
import { around, nextRecorded } from '../timeline/lanes';
import type { Lane } from '../timeline/lanes';
import { useSessionTime } from './hooks';
import type { PlaybackSession, TileView } from './session';
import { savePicture } from './picture';
import classes from './Playback.module.css';

interface TileProps {
  session: PlaybackSession;
  camera: string;
  name: string;
  lane: Lane | undefined;
  view: TileView | undefined;
  heard: boolean;
  focused: boolean;
  /** Whether there are others, so that focus and size mean something. */
  among: boolean;
  enlarged: boolean;
  onEnlarge: () => void;
}

export function Tile(props: TileProps) {
  const { session, camera, name, lane, view, heard, focused, among, enlarged, onEnlarge } = props;
  const { t } = useTranslation('playback');
  const video = useRef<HTMLVideoElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [zoom] = useState(() => new ZoomFrame());
  const zoomed = useSyncExternalStore(zoom.subscribe, zoom.isZoomed);

  useEffect(() => (video.current ? session.attach(camera, video.current) : undefined), [session, camera]);
  useEffect(() => (stage.current ? zoom.attach(stage.current) : undefined), [zoom]);

  return (
    <figure
      className={classes.tile}
      data-focused={(focused && among) || undefined}
      onPointerDown={() => {
        session.focusOn(camera);
      }}
      onDoubleClick={among ? onEnlarge : undefined}
    >
      <div ref={stage} className={classes.stage} data-zoomed={zoomed || undefined}>
        <video ref={video} className={classes.video} aria-label={name} playsInline muted tabIndex={-1} />
      </div>
      <TileMessage session={session} lane={lane} view={view} />
      <figcaption className={classes.caption}>{name}</figcaption>
      <div className={classes.tools} role="group" aria-label={t('tile.tools', { name })}>
        {zoomed ? (
          <Tool label={t('tile.whole')} onClick={zoom.reset}>
            <IconZoomReset size={18} />
          </Tool>
        ) : null}
        {view?.sounds ? (
          <Tool
            label={heard ? t('tile.mute', { name }) : t('tile.hear', { name })}
            pressed={heard}
            onClick={() => {
              session.hear(heard ? undefined : camera);
            }}
          >
            {heard ? <IconVolume size={18} /> : <IconVolumeOff size={18} />}
          </Tool>
        ) : null}
        <Tool
          label={t('tile.snapshot', { name })}
          disabled={view?.state !== 'ready'}
          onClick={() => void savePicture(video.current, name, session.shownAt(camera) ?? session.time)}
        >
          <IconCamera size={18} />
        </Tool>
        {among ? (
          <Tool label={enlarged ? t('tile.reduce') : t('tile.enlarge', { name })} onClick={onEnlarge}>
            {enlarged ? <IconArrowsDiagonalMinimize2 size={18} /> : <IconArrowsDiagonal size={18} />}
          </Tool>
        ) : null}
      </div>
    </figure>
  );
}

function Tool(props: { label: string; onClick: () => void; pressed?: boolean; disabled?: boolean; children: ReactNode }) {
  return (
    <Tooltip label={props.label} openDelay={400}>
      <ActionIcon
        className={classes.tool}
        variant="transparent"
        size={32}
        aria-label={props.label}
        aria-pressed={props.pressed}
        disabled={props.disabled ?? false}
        onClick={props.onClick}
        onDoubleClick={(event) => {
          event.stopPropagation();
        }}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

function TileMessage({ session, lane, view }: Pick<TileProps, 'session' | 'lane' | 'view'>) {
  const { t } = useTranslation('playback');
  const { t: words } = useTranslation('timeline');
  const time = useSessionTime(session, 500);
  const late = useLate(view?.state === 'loading' || view?.state === 'edge');
  switch (view?.state) {
    case 'gap': {
      const gap = lane && around(lane.gaps, time);
      const next = lane && nextRecorded([lane], time);
      return (
        <div className={classes.message} data-solid>
          <strong>{t('tile.nothing')}</strong>
          {gap ? <span>{words(`cause.${gap.cause}`)}</span> : null}
          {next !== undefined ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlayerTrackNext size={14} />}
              onClick={() => {
                session.seek(next + 1);
              }}
            >
              {t('tile.goOn')}
            </Button>
          ) : null}
        </div>
      );
    }
    case 'trouble':
      return (
        <div className={classes.message} data-solid role="alert">
          <strong>{t(`trouble.${view.trouble?.kind ?? 'broken'}`, { codec: codecName(view.trouble) })}</strong>
          {view.trouble?.kind === 'unsupported' ? <span>{t('trouble.unsupportedHint')}</span> : null}
        </div>
      );
    case 'ready':
      return null;
    default:
      return late ? (
        <div className={classes.message}>
          <Loader size="sm" color="gray.3" aria-hidden />
          <span>{view?.state === 'edge' ? t('tile.edge') : t('tile.loading')}</span>
        </div>
      ) : null;
  }
}

function codecName(trouble: TileView['trouble']): string {
  const codec = trouble?.kind === 'unsupported' ? trouble.codec : '';
  return /^h(vc|ev)1/.test(codec) ? 'H.265' : codec;
}

/** True once something has gone on for so long that people want to know. */
function useLate(going: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!going) {
      return undefined;
    }
    const timer = setTimeout(() => {
      setLate(true);
    }, 500);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [going]);
  return going && late;
}
