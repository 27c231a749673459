import { type TimeStyle, useFormat } from './format';
import { useNow } from './now';

/** A moment, with the full date at hand; `relative` says how long ago, and keeps saying it right. */
export function TimeText({ at, style, relative = false }: { at: Date | string; style?: TimeStyle; relative?: boolean }) {
  return relative ? <Relative at={at} /> : <Absolute at={at} style={style} />;
}

function Absolute({ at, style }: { at: Date | string; style?: TimeStyle }) {
  const format = useFormat();
  return (
    <time dateTime={new Date(at).toISOString()} title={format.time(at, 'full')}>
      {format.time(at, style)}
    </time>
  );
}

function Relative({ at }: { at: Date | string }) {
  const format = useFormat();
  const now = useNow(1000);
  return (
    <time dateTime={new Date(at).toISOString()} title={format.time(at, 'full')}>
      {format.relative(at, now)}
    </time>
  );
}

