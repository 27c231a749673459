import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Camera } from '../api';
import type { PlaybackSession } from '../playback/session';
import { type Range, Timeline, useMarks, useRecordings } from '../timeline';
import classes from './CameraPage.module.css';

interface CameraTimelineProps {
  camera: Camera;
  live: boolean;
  /** The time of the picture. */
  now: () => number;
  session: PlaybackSession;
  onSeek: (time: number) => void;
}

const SHOWN_MILLIS = 15 * 60_000;
const AHEAD_MILLIS = 45_000;
const STEP_MILLIS = 500;

/** The recordings of the camera, following what is shown until somebody moves it. */
export function CameraTimeline({ camera, live, now, session, onSeek }: CameraTimelineProps) {
  const { t } = useTranslation('live');
  const [at, setAt] = useState(now);
  const [own, setOwn] = useState<{ range: Range; whileLive: boolean }>();
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), STEP_MILLIS);
    return () => clearInterval(timer);
  }, [now]);

  // Going live again is also the way back to a timeline that follows.
  const moved = own && (own.whileLive || !live) ? own.range : undefined;
  const following = { from: at + AHEAD_MILLIS - SHOWN_MILLIS, to: at + AHEAD_MILLIS };
  const range = moved ?? following;
  const ids = useMemo(() => [camera.id], [camera.id]);
  const [footage] = useRecordings(ids, range);
  const [events] = useMarks(ids, range);
  const lanes = useMemo(
    () => [{ id: camera.id, name: camera.name, spans: footage?.spans ?? [], gaps: footage?.gaps ?? [], events }],
    [camera, footage, events],
  );
  return (
    <div className={classes.timeline}>
      <Timeline
        lanes={lanes}
        at={at}
        range={range}
        label={t('page.timeline')}
        onPress={(time) => session.prepare(time)}
        onSeek={(time, settled) => {
          if (!settled) return;
          // What one clicked at stays where it is.
          setOwn({ range, whileLive: false });
          setAt(time.getTime());
          onSeek(time.getTime());
        }}
        onRangeChange={(next) => setOwn({ range: next, whileLive: live })}
      />
    </div>
  );
}
