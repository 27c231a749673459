import { IconAlertTriangle, IconArrowLeft, IconPointFilled, IconTimeline } from '@tabler/icons-react';
import { type Ref, memo, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Camera, useCameraStatus, useConnection } from '../api';
import { said } from '../i18n';
import { KIND_ICONS, kindOf, useLabelText } from '../events/words';
import { streamFor, useDevice } from './device';
import { LivePlayer, type LivePlayerHandle, type LiveSnapshot } from './LivePlayer';
import type { Ongoing } from './ongoing';
import { IconButton } from './PlayerBar';
import { Mark } from './PlayerState';
import { StillPicture } from './StillPicture';
import playerClasses from './LivePlayer.module.css';
import classes from './LivePage.module.css';

interface LiveTileProps {
  camera: Camera;
  stream: 'main' | 'sub' | undefined;
  enlarged: boolean;
  /** False: another one lies over it. */
  active: boolean;
  ongoing: Ongoing | undefined;
  onEnlarge: (id: string | undefined) => void;
  onFocus: (id: string) => void;
  onAspect: (id: string, aspect: number) => void;
  player: Ref<LivePlayerHandle>;
}

/** A camera in the grid. All of it is a button that enlarges it; enlarged, it has all controls. */
export const LiveTile = memo(function LiveTile({
  camera,
  stream,
  enlarged,
  active,
  ongoing,
  onEnlarge,
  onFocus,
  onAspect,
  player,
}: LiveTileProps) {
  const { t } = useTranslation('live');
  const { id, name } = camera;
  const aspect = useCallback((value: number) => onAspect(id, value), [onAspect, id]);
  const device = useDevice();
  const calm = device.calm && !enlarged && ongoing === undefined;
  const [playing, setPlaying] = useState(false);
  const onState = useCallback(({ state }: LiveSnapshot) => setPlaying(state.kind === 'playing'), []);
  return (
    <LivePlayer
      ref={player}
      cameraId={id}
      name={name}
      stream={streamFor(device, stream, enlarged)}
      controls
      compact={!enlarged}
      zoomable={enlarged}
      active={active && !calm}
      fill={device.fill && !enlarged}
      onAspect={aspect}
      onState={onState}
      className={classes.player}
      marks={<TileMarks cameraId={id} ongoing={ongoing} />}
      actions={
        <>
          <Link className={playerClasses.button} to={`/cameras/${id}/live`} aria-label={`${t('control.camera')}: ${name}`} title={t('control.camera')}>
            <IconTimeline size={18} />
          </Link>
          {enlarged && (
            <IconButton label={t('control.shrink')} onClick={() => onEnlarge(undefined)}>
              <IconArrowLeft size={18} />
            </IconButton>
          )}
        </>
      }
    >
      {device.calm && !enlarged && active && (calm || !playing) && <StillPicture cameraId={id} />}
      {!enlarged && (
        <button
          type="button"
          className={classes.cover}
          aria-label={t('tile.open', { name })}
          data-tile={id}
          onFocus={() => onFocus(id)}
          onClick={() => onEnlarge(id)}
        />
      )}
    </LivePlayer>
  );
});

/** What goes on at the camera: recording, and why not; who or what is there. Nothing while nobody knows. */
function TileMarks({ cameraId, ongoing }: { cameraId: string; ongoing: Ongoing | undefined }) {
  const { t } = useTranslation('live');
  const status = useCameraStatus(cameraId);
  const labelText = useLabelText();
  const lost = useConnection() === 'lost';
  const recording = status?.recording;
  const Icon = ongoing && KIND_ICONS[kindOf(ongoing)];
  if (lost) return null;
  return (
    <>
      {ongoing && Icon && <Mark icon={<Icon size={14} />} text={labelText(ongoing.label)} title={t('mark.ongoing')} tone="amber" />}
      {recording?.state === 'recording' && status?.state === 'streaming' && (
        <Mark icon={<IconPointFilled size={14} />} text={t('mark.recording')} title={t('mark.recordingWhy')} tone="red" />
      )}
      {recording?.state === 'failed' && (
        <Mark icon={<IconAlertTriangle size={13} />} text={t('mark.recordingFailed')} title={recording.cause ? said(recording.cause) : undefined} tone="amber" />
      )}
    </>
  );
}
