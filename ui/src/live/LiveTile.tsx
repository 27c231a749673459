import { IconAlertTriangle, IconArrowLeft, IconPointFilled, IconTimeline, IconWalk } from '@tabler/icons-react';
import { type Ref, memo, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Camera, useCameraStatus } from '../api';
import { LivePlayer, type LivePlayerHandle } from './LivePlayer';
import { IconButton } from './PlayerBar';
import { Mark } from './PlayerState';
import playerClasses from './LivePlayer.module.css';
import classes from './LivePage.module.css';

interface LiveTileProps {
  camera: Camera;
  stream: 'main' | 'sub' | undefined;
  enlarged: boolean;
  /** False: another one lies over it. */
  active: boolean;
  motion: boolean;
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
  motion,
  onEnlarge,
  onFocus,
  onAspect,
  player,
}: LiveTileProps) {
  const { t } = useTranslation('live');
  const { id, name } = camera;
  const aspect = useCallback((value: number) => onAspect(id, value), [onAspect, id]);
  return (
    <LivePlayer
      ref={player}
      cameraId={id}
      name={name}
      stream={enlarged ? 'main' : (stream ?? 'auto')}
      controls
      compact={!enlarged}
      zoomable={enlarged}
      active={active}
      onAspect={aspect}
      className={classes.player}
      marks={<TileMarks cameraId={id} motion={motion} />}
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

/** What goes on at the camera: recording, and why not; motion. */
function TileMarks({ cameraId, motion }: { cameraId: string; motion: boolean }) {
  const { t } = useTranslation('live');
  const status = useCameraStatus(cameraId);
  const recording = status?.recording;
  return (
    <>
      {motion && <Mark icon={<IconWalk size={14} />} text={t('mark.motion')} tone="amber" />}
      {recording?.state === 'recording' && status?.state === 'streaming' && (
        <Mark icon={<IconPointFilled size={14} />} text={t('mark.recording')} title={t('mark.recordingWhy')} tone="red" />
      )}
      {recording?.state === 'failed' && (
        <Mark icon={<IconAlertTriangle size={13} />} text={t('mark.recordingFailed')} title={recording.cause ?? undefined} tone="amber" />
      )}
    </>
  );
}
