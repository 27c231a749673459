import { useConnection } from '../api';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { portsTo } from './connect';
import { LivePlayer } from './livePlayer';
import type { StreamRole } from './messages';
import { watchVisibility } from './visibility';
import classes from './LivePlayer.module.css';

interface LiveVideoProps {
  cameraId: string;
  name: string;
  stream: StreamRole;
  /** Whether sound is fetched at all; `muted` says whether it is heard. */
  sound: boolean;
  /** False: neither seen nor fetched. */
  active: boolean;
  muted: boolean;
  volume: number;
  keepSeconds: number;
  /** It is being made ready to take the place of another one. */
  waiting: boolean;
  dimmed: boolean;
  videoRef: RefObject<HTMLVideoElement | null>;
  onPlayer: (player: LivePlayer | undefined) => void;
}

/** One video element and its player. */
export function LiveVideo({
  cameraId,
  name,
  stream,
  sound,
  active,
  muted,
  volume,
  keepSeconds,
  waiting,
  dimmed,
  videoRef,
  onPlayer,
}: LiveVideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  const [player, setPlayer] = useState<LivePlayer>();
  const connection = useConnection();
  const tell = useRef(onPlayer);
  useEffect(() => {
    tell.current = onPlayer;
  });

  useEffect(() => {
    const video = element.current;
    if (!video) return;
    const made = new LivePlayer(video, portsTo(cameraId), { stream, sound, keepSeconds });
    setPlayer(made);
    tell.current(made);
    return () => {
      made.stop();
      setPlayer(undefined);
      tell.current(undefined);
    };
  }, [cameraId, stream, sound, keepSeconds]);

  useEffect(() => {
    const video = element.current;
    if (!player || !video) return;
    if (!active) {
      player.setVisible(false);
      player.start();
      return;
    }
    player.setVisible(true);
    player.start();
    return watchVisibility(video, (visible) => player.setVisible(visible));
  }, [player, active]);

  useEffect(() => {
    if (connection === 'open') player?.hurry();
  }, [player, connection]);

  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.muted = muted || waiting;
    video.volume = volume;
  }, [muted, volume, waiting]);

  useEffect(() => {
    if (!waiting) videoRef.current = element.current;
  }, [videoRef, waiting]);

  return (
    <video
      ref={element}
      className={classes.video}
      data-waiting={waiting || undefined}
      data-dimmed={dimmed || undefined}
      aria-label={waiting ? undefined : name}
      aria-hidden={waiting || undefined}
      tabIndex={-1}
      muted
      playsInline
      disablePictureInPicture={false}
    />
  );
}
