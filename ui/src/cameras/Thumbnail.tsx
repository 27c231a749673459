import { IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import { BASE } from '../api';
import classes from './Thumbnail.module.css';

/** A small picture of now, if the server can make one; the place is the same without. */
export function Thumbnail({ cameraId, live }: { cameraId: string; live: boolean }) {
  const [failed, setFailed] = useState(false);
  return (
    <span className={classes.thumbnail}>
      {live && !failed ? (
        <img
          src={`${BASE}/cameras/${cameraId}/snapshot.jpg?width=240`}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setFailed(true)}
        />
      ) : (
        <IconVideo size={18} aria-hidden />
      )}
    </span>
  );
}
