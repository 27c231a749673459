import { IconPhotoOff } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BASE } from '../api';
import classes from './Snapshot.module.css';
import type { EventEntry } from './types';

interface SnapshotProps {
  event: EventEntry;
  widthPx: number;
  /** `cover` fills its frame, `contain` shows all. */
  fit: 'cover' | 'contain';
  /** Shows what was seen by a frame around it. */
  boxed?: boolean;
  /** Drawn over the picture in its own coordinates, 0 to 1. */
  over?: ReactNode;
}

/** The picture of an event; what is drawn over it lies where it lies in the picture, however that is cut. */
export function Snapshot({ event, widthPx, fit, boxed = false, over }: SnapshotProps) {
  const { t } = useTranslation('events');
  const [aspect, setAspect] = useState<number>();
  const [missing, setMissing] = useState(false);
  const { box } = event;
  if (!event.hasSnapshot || missing) {
    return (
      <div className={classes.none}>
        <IconPhotoOff size={24} aria-hidden />
        <span>{t('noPicture')}</span>
      </div>
    );
  }
  return (
    <div
      className={classes.frame}
      data-fit={fit}
      data-wide={aspect !== undefined && aspect > 16 / 9 ? '' : undefined}
      data-loaded={aspect !== undefined || undefined}
    >
      <div className={classes.picture} style={{ aspectRatio: aspect ?? 16 / 9 }}>
        <img
          src={`${BASE}/events/${event.id}/snapshot.jpg?width=${widthPx}`}
          alt=""
          loading="lazy"
          decoding="async"
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setAspect(naturalHeight > 0 ? naturalWidth / naturalHeight : 16 / 9)
          }
          onError={() => setMissing(true)}
        />
        {aspect !== undefined && (
          <>
            {over}
            {boxed && box && (
              <span
                className={classes.box}
                data-type={event.type}
                style={{
                  left: `${box.x * 100}%`,
                  top: `${box.y * 100}%`,
                  width: `${box.width * 100}%`,
                  height: `${box.height * 100}%`,
                }}
              />
            )}
          </>
        )}
      </div>
    </div>
  );
}
