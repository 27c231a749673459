import { IconVideoOff } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BASE } from '../api';
import classes from './LivePicture.module.css';

const LivePlayer = lazy(async () => ({ default: (await import('../live/LivePlayer')).LivePlayer }));

/** What to draw on: the moving picture, with a still one behind it while that is not there. */
export function LivePicture({ cameraId, name }: { cameraId: string; name: string }) {
  const { t } = useTranslation('cameras');
  const [failed, setFailed] = useState(false);
  return (
    <div className={classes.picture}>
      {failed ? (
        <div className={classes.none}>
          <IconVideoOff size={28} aria-hidden />
          <span>{t('zones.noPicture')}</span>
        </div>
      ) : (
        <img
          src={`${BASE}/cameras/${cameraId}/snapshot.jpg?width=1280`}
          alt={t('zones.still', { name })}
          onError={() => setFailed(true)}
        />
      )}
      <div className={classes.live}>
        <Suspense fallback={null}>
          <LivePlayer cameraId={cameraId} name={name} stream="auto" muted />
        </Suspense>
      </div>
    </div>
  );
}
