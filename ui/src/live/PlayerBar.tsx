import {
  IconCamera,
  IconInfoCircle,
  IconMaximize,
  IconMinimize,
  IconPictureInPicture,
  IconVolume,
  IconVolumeOff,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { type ButtonHTMLAttributes, type ReactNode, type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../common';
import type { LivePlayer as Engine, LiveSnapshot, Measurement } from './livePlayer';
import type { LivePlayerHandle } from './LivePlayer';
import { codecName } from './PlayerState';
import type { ZoomFrame } from './zoom';
import classes from './LivePlayer.module.css';

export type StreamChoice = 'auto' | 'main' | 'sub';

interface PlayerBarProps {
  name: string;
  compact: boolean;
  snapshot: LiveSnapshot;
  engine: Engine | undefined;
  video: RefObject<HTMLVideoElement | null>;
  handle: LivePlayerHandle;
  muted: boolean;
  onMuted: (muted: boolean) => void;
  volume: number;
  onVolume: (volume: number) => void;
  choice: StreamChoice;
  onChoice: (choice: StreamChoice) => void;
  zoom: ZoomFrame | undefined;
  zoomed: boolean;
  info: boolean;
  onInfo: (info: boolean) => void;
  actions: ReactNode;
}

/** What can be done with the picture, at its lower edge. */
export function PlayerBar(props: PlayerBarProps) {
  const { name, compact, snapshot, engine, video, handle, muted, onMuted, choice, onChoice, zoom, zoomed, info, onInfo } = props;
  const { t } = useTranslation('live');
  const full = useFullScreen(handle);
  const of = (label: string) => t('control.of', { label, name });
  return (
    <>
      {info && engine && <Info engine={engine} snapshot={snapshot} video={video} />}
      <div className={classes.bar} role="group" aria-label={t('control.group', { name })}>
        {snapshot.audio && (
          <>
            <IconButton label={muted ? of(t('control.unmute')) : of(t('control.mute'))} onClick={() => onMuted(!muted)}>
              {muted ? <IconVolumeOff size={18} /> : <IconVolume size={18} />}
            </IconButton>
            {!compact && (
              <input
                type="range"
                className={classes.volume}
                aria-label={t('control.volume')}
                min={0}
                max={1}
                step={0.05}
                value={muted ? 0 : props.volume}
                onChange={(event) => {
                  const value = Number(event.currentTarget.value);
                  props.onVolume(value);
                  onMuted(value === 0);
                }}
              />
            )}
          </>
        )}
        <span className={classes.space} />
        {zoom && (
          <>
            <IconButton label={t('control.zoomIn')} onClick={zoom.in}>
              <IconZoomIn size={18} />
            </IconButton>
            {zoomed && (
              <>
                <IconButton label={t('control.zoomOut')} onClick={zoom.out}>
                  <IconZoomOut size={18} />
                </IconButton>
                <button type="button" className={classes.textButton} onClick={zoom.reset}>
                  {t('control.zoomReset')}
                </button>
              </>
            )}
          </>
        )}
        {!compact && (
          <select
            className={classes.select}
            aria-label={t('control.stream')}
            value={choice}
            onChange={(event) => onChoice(event.currentTarget.value as StreamChoice)}
          >
            {(['auto', 'main', 'sub'] as const).map((it) => (
              <option key={it} value={it}>
                {t(`stream.${it}`)}
              </option>
            ))}
          </select>
        )}
        {!compact && (
          <IconButton label={t('control.info')} aria-pressed={info} onClick={() => onInfo(!info)}>
            <IconInfoCircle size={18} />
          </IconButton>
        )}
        <IconButton label={of(t('control.snapshot'))} onClick={() => void handle.saveSnapshot()} disabled={!snapshot.picture}>
          <IconCamera size={18} />
        </IconButton>
        {!compact && document.pictureInPictureEnabled && (
          <IconButton label={t('control.pip')} onClick={() => togglePictureInPicture(video.current)} disabled={!snapshot.picture}>
            <IconPictureInPicture size={18} />
          </IconButton>
        )}
        {document.fullscreenEnabled && (
          <IconButton label={full ? of(t('control.leaveFullScreen')) : of(t('control.fullScreen'))} onClick={handle.toggleFullScreen}>
            {full ? <IconMinimize size={18} /> : <IconMaximize size={18} />}
          </IconButton>
        )}
        {props.actions}
      </div>
    </>
  );
}

export function IconButton({
  label,
  children,
  ...rest
}: { label: string; children: ReactNode } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" className={classes.button} aria-label={label} title={label} {...rest}>
      {children}
    </button>
  );
}

function useFullScreen(handle: LivePlayerHandle): boolean {
  const [full, setFull] = useState(false);
  const root = handle.root;
  useEffect(() => {
    const listen = () => setFull(document.fullscreenElement !== null && document.fullscreenElement === root);
    document.addEventListener('fullscreenchange', listen);
    return () => document.removeEventListener('fullscreenchange', listen);
  }, [root]);
  return full;
}

function togglePictureInPicture(video: HTMLVideoElement | null) {
  if (document.pictureInPictureElement) void document.exitPictureInPicture();
  else void video?.requestPictureInPicture().catch(() => undefined);
}

interface InfoProps {
  engine: Engine;
  snapshot: LiveSnapshot;
  video: RefObject<HTMLVideoElement | null>;
}

/** Figures, measured while they are looked at. */
function Info({ engine, snapshot, video }: InfoProps) {
  const { t } = useTranslation('live');
  const format = useFormat();
  const [measured, setMeasured] = useState<Measurement>(() => engine.measure());
  useEffect(() => {
    const timer = setInterval(() => setMeasured(engine.measure()), 1000);
    return () => clearInterval(timer);
  }, [engine]);
  const element = video.current;
  const rows: [string, string][] = [
    [t('info.stream'), t(`stream.${snapshot.stream}`) + (snapshot.transcoded ? ` · ${t('mark.transcoded')}` : '')],
    [t('info.codec'), snapshot.codec ? `${codecName(snapshot.codec)} (${snapshot.codec})` : '–'],
    [t('info.size'), element && element.videoWidth > 0 ? `${element.videoWidth} × ${element.videoHeight}` : '–'],
    [t('info.bitrate'), format.bitrate(measured.bitrateBps)],
    [t('info.delay'), t('info.millis', { value: format.number(Math.round(measured.delaySeconds * 1000)) })],
    [t('info.shown'), format.number(measured.shownPictures)],
    [t('info.dropped'), format.number(snapshot.dropped + measured.droppedByBrowser)],
  ];
  if (measured.firstPictureMillis !== undefined) {
    rows.push([t('info.first'), t('info.millis', { value: format.number(Math.round(measured.firstPictureMillis)) })]);
  }
  return (
    <dl className={classes.info}>
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
