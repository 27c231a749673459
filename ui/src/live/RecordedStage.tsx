import { useEffect, useMemo } from 'react';
import { useSessionTime, useSessionView } from '../playback/hooks';
import type { PlaybackSession } from '../playback/session';
import { Tile } from '../playback/Tile';
import { useRecordings } from '../timeline';
import classes from './CameraPage.module.css';

interface RecordedStageProps {
  session: PlaybackSession;
  camera: string;
  name: string;
}

const STEP_MILLIS = 60_000;

/** Lies over the live picture while one looks at the recording. */
export function RecordedStage({ session, camera, name }: RecordedStageProps) {
  const view = useSessionView(session);
  const at = useSessionTime(session, STEP_MILLIS);
  const range = useMemo(() => ({ from: at - 10 * STEP_MILLIS, to: at + 10 * STEP_MILLIS }), [at]);
  const ids = useMemo(() => [camera], [camera]);
  const [footage] = useRecordings(ids, range);
  const lane = useMemo(
    () => ({ id: camera, name, spans: footage?.spans ?? [], gaps: footage?.gaps ?? [] }),
    [camera, name, footage],
  );
  useEffect(() => {
    session.know([lane]);
  }, [session, lane]);
  return (
    <div className={classes.recorded}>
      <Tile
        session={session}
        camera={camera}
        name={name}
        lane={lane}
        view={view.tiles[camera]}
        heard={view.heard === camera}
        focused={false}
        among={false}
        enlarged={false}
        onEnlarge={() => undefined}
      />
    </div>
  );
}
