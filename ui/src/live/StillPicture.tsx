import { useState } from 'react';
import { BASE } from '../api';
import { useNow } from '../common';
import classes from './LivePage.module.css';

const RENEWED_EVERY_MS = 20_000;
/** Enough for a tile; the server scales it. */
const WIDTH_PX = 640;

/** What a camera sees, renewed now and then, for a tile in which nothing moves. */
export function StillPicture({ cameraId }: { cameraId: string }) {
  const turn = Math.floor(useNow(RENEWED_EVERY_MS) / RENEWED_EVERY_MS);
  const [failed, setFailed] = useState<number>();
  if (failed === turn) return null;
  return (
    <img
      className={classes.still}
      src={`${BASE}/cameras/${encodeURIComponent(cameraId)}/snapshot.jpg?width=${WIDTH_PX}&turn=${turn}`}
      alt=""
      decoding="async"
      onError={() => setFailed(turn)}
    />
  );
}
