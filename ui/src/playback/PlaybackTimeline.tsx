import { useTranslation } from 'react-i18next';

import { Timeline } from '../timeline';
import type { Lane, Range } from '../timeline';
import { useSessionTime } from './hooks';
import type { PlaybackSession } from './session';

interface PlaybackTimelineProps {
  session: PlaybackSession;
  lanes: readonly Lane[];
  range: Range;
  onRange: (range: Range) => void;
  selection: Range | undefined;
  onSelection: ((selection: Range | undefined) => void) | undefined;
  onSeek: (time: number, settled: boolean) => void;
}

/** The one part of the page that is drawn again as time passes. */
export function PlaybackTimeline(props: PlaybackTimelineProps) {
  const { session, lanes, range, onRange, selection, onSelection, onSeek } = props;
  const { t } = useTranslation('playback');
  const at = useSessionTime(session, Math.max(40, (range.to - range.from) / 3000));
  return (
    <Timeline
      lanes={lanes}
      at={at}
      range={range}
      label={t('timeline')}
      follow
      selection={selection}
      onSelection={onSelection}
      onRangeChange={onRange}
      onPress={(time) => {
        session.prepare(time);
      }}
      onSeek={(time, settled) => {
        onSeek(time.getTime(), settled);
      }}
    />
  );
}
