import { useComputedColorScheme } from '@mantine/core';
import { useReducedMotion } from '@mantine/hooks';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { regional } from '../common/format';
import { BASE } from '../api';
import { draw, hatchPattern, layout } from './draw';
import type { Layout } from './draw';
import { attachGestures } from './gestures';
import { around, union } from './lanes';
import type { Lane } from './lanes';
import { paletteOf } from './palette';
import type { Palette } from './palette';
import { day, moment, precise, span } from './text';
import { Thumbnails } from './thumbnails';
import type { Thumbnail } from './thumbnails';
import { bounded, keyStep, length, panned, revealing, toX, zoomed } from './view';
import type { Range } from './view';
import classes from './Timeline.module.css';

export type Time = Date | number;

export interface TimelineProps {
  /** One row each; more than one get a row above that shows what any of them has. */
  lanes: readonly Lane[];
  at: Time;
  range: { readonly from: Time; readonly to: Time };
  /** `settled` is false while the playhead is being dragged. */
  onSeek: (time: Date, settled: boolean) => void;
  onRangeChange: (range: Range) => void;
  selection?: Range | undefined;
  onSelection?: ((selection: Range | undefined) => void) | undefined;
  /** Keeps the playhead in sight as it moves. */
  follow?: boolean;
  /** The hand goes down on a time, some tenths of a second before the seek. */
  onPress?: ((time: number) => void) | undefined;
  /** Shows pictures under the pointer. */
  thumbnails?: boolean;
  label?: string;
}

interface Hover {
  readonly time: number;
  readonly lane: Lane | undefined;
  readonly combined: boolean;
}

const THUMBNAIL_PX = 320;

/** What was recorded when, of several cameras, from a month down to seconds. */
export function Timeline(props: TimelineProps) {
  const { lanes, onSeek, onRangeChange, onSelection, onPress, follow = false } = props;
  const at = Number(props.at);
  const from = Number(props.range.from);
  const to = Number(props.range.to);
  const { t, i18n } = useTranslation('timeline');
  const scheme = useComputedColorScheme('dark');
  const still = useReducedMotion();
  const track = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<Hover>();
  const [focused, setFocused] = useState(false);

  const combined = useMemo(() => combine(lanes, t('all')), [lanes, t]);
  const rows = useMemo(() => layout(lanes, combined), [lanes, combined]);

  // What the hand and the painter need lives outside of React: they run at each frame.
  const live = useRef<Live>(null as never);
  live.current ??= {
    view: { from, to },
    shown: { from, to },
    rows,
    at,
    selection: props.selection,
    language: regional(i18n.language),
    palette: undefined,
    hatch: null,
    hover: undefined,
    frame: 0,
    width: 0,
  };

  const repaint = useCallback(() => {
    const state = live.current;
    if (state.frame === 0) {
      state.frame = requestAnimationFrame(() => {
        state.frame = 0;
        paint(canvas.current, state);
      });
    }
  }, []);

  const handlers = useRef({ onSeek, onRangeChange, onSelection, onPress, still });
  useLayoutEffect(() => {
    handlers.current = { onSeek, onRangeChange, onSelection, onPress, still };
  });

  const show = useCallback(
    (next: Range) => {
      const state = live.current;
      state.view = bounded(next, Date.now());
      state.shown = state.view;
      handlers.current.onRangeChange(state.view);
      repaint();
    },
    [repaint],
  );

  useLayoutEffect(() => {
    const state = live.current;
    if (from !== state.shown.from || to !== state.shown.to) {
      state.view = { from, to };
      state.shown = state.view;
    }
    state.rows = rows;
    state.selection = props.selection;
    state.language = regional(i18n.language);
    const before = state.at;
    state.at = at;
    if (follow && before !== at && before >= state.view.from && before <= state.view.to) {
      const next = revealing(state.view, at, 0.08);
      if (next !== state.view) {
        show(next);
      }
    }
    repaint();
  });

  useEffect(() => {
    const element = canvas.current;
    const state = live.current;
    if (!element?.parentElement) {
      return undefined;
    }
    const adopt = () => {
      state.palette = paletteOf(element.parentElement as HTMLElement);
      const pen = element.getContext('2d');
      state.hatch = pen && hatchPattern(pen, state.palette.hatch, ratio());
      repaint();
    };
    // The scheme's attribute is set after this component has rendered.
    const soon = requestAnimationFrame(adopt);
    adopt();
    return () => {
      cancelAnimationFrame(soon);
    };
  }, [scheme, repaint]);

  useEffect(() => {
    const state = live.current;
    const observer = new ResizeObserver(repaint);
    if (track.current) {
      observer.observe(track.current);
    }
    // The edge of now moves by itself.
    const edge = setInterval(repaint, 1000);
    return () => {
      observer.disconnect();
      clearInterval(edge);
      cancelAnimationFrame(state.frame);
      state.frame = 0;
    };
  }, [repaint]);

  useEffect(() => {
    const state = live.current;
    if (!track.current) {
      return undefined;
    }
    return attachGestures(track.current, rows.axis, {
      view: () => state.view,
      show,
      playhead: () => state.at,
      selection: () => (handlers.current.onSelection ? state.selection : undefined),
      seek: (time, settled) => {
        handlers.current.onSeek(new Date(Math.min(time, Date.now())), settled);
      },
      select: (selection) => handlers.current.onSelection?.(selection),
      hover: (time, y) => {
        state.hover = time;
        setHover(time === undefined ? undefined : { time, ...rowAt(state.rows, y) });
        repaint();
      },
      press: (time) => handlers.current.onPress?.(time),
      still: () => handlers.current.still,
    });
  }, [repaint, rows.axis, show]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const action = keyAction(event, { at, view: live.current.view, lanes, selection: props.selection });
    if (!action) {
      return;
    }
    if ('seek' in action) {
      const time = Math.min(action.seek, Date.now());
      onSeek(new Date(time), true);
      const next = revealing(live.current.view, time);
      if (next !== live.current.view) {
        show(next);
      }
    } else if ('view' in action) {
      show(action.view);
    } else if (onSelection) {
      onSelection(action.selection);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const state = describe(lanes, at, t);
  return (
    <div className={classes.root}>
      <div className={classes.names} aria-hidden>
        <span className={classes.legend}>{span(to - from, i18n.language)}</span>
        {rows.rows.map((row) => (
          <div
            key={row.lane.id}
            className={row.combined ? `${classes.name} ${classes.combinedName}` : classes.name}
            style={{ top: row.top, height: row.height }}
          >
            <span title={row.lane.name}>{row.lane.name}</span>
          </div>
        ))}
      </div>
      <div
        ref={track}
        className={classes.track}
        style={{ height: rows.height }}
        role="slider"
        tabIndex={0}
        aria-label={props.label ?? t('label')}
        aria-orientation="horizontal"
        aria-valuemin={Math.round(Math.min(from, at))}
        aria-valuemax={Math.round(Math.max(to, at))}
        aria-valuenow={Math.round(at)}
        aria-valuetext={[moment(at, regional(i18n.language)), state].filter(Boolean).join(', ')}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          setFocused(event.currentTarget.matches(':focus-visible'));
        }}
        onBlur={() => {
          setFocused(false);
        }}
      >
        <canvas ref={canvas} className={classes.canvas} aria-hidden />
        {hover ? (
          <HoverCard hover={hover} lanes={lanes} range={{ from, to }} pictures={props.thumbnails ?? true} />
        ) : focused ? (
          <Card time={at} range={{ from, to }} about={state} picture={undefined} />
        ) : null}
      </div>
    </div>
  );
}

interface Live {
  view: Range;
  /** What the owner was told, or told us, last. */
  shown: Range;
  rows: Layout;
  at: number;
  selection: Range | undefined;
  language: string;
  palette: Palette | undefined;
  hatch: CanvasPattern | null;
  hover: number | undefined;
  frame: number;
  width: number;
}

function ratio(): number {
  return Math.max(1, window.devicePixelRatio);
}

function paint(canvas: HTMLCanvasElement | null, state: Live): void {
  const pen = canvas?.getContext('2d');
  if (!canvas || !pen || !state.palette) {
    return;
  }
  const scale = ratio();
  const width = canvas.clientWidth;
  const wanted = [Math.round(width * scale), Math.round(state.rows.height * scale)] as const;
  if (canvas.width !== wanted[0] || canvas.height !== wanted[1]) {
    canvas.width = wanted[0];
    canvas.height = wanted[1];
  }
  state.width = width;
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  draw(pen, {
    layout: state.rows,
    view: state.view,
    width,
    at: state.at,
    now: Date.now(),
    hover: state.hover,
    selection: state.selection,
    language: state.language,
    palette: state.palette,
    hatch: state.hatch,
  });
}

function combine(lanes: readonly Lane[], name: string): Lane | undefined {
  if (lanes.length < 2) {
    return undefined;
  }
  return { id: '\u0000all', name, spans: union(lanes.map((lane) => lane.spans)), gaps: [], events: lanes.flatMap((lane) => lane.events ?? []) };
}

function rowAt(rows: Layout, y: number): { lane: Lane | undefined; combined: boolean } {
  const row = rows.rows.find((one) => y >= one.top - 2 && y < one.top + one.height + 2);
  return { lane: row && !row.combined ? row.lane : undefined, combined: row?.combined ?? false };
}

type Translate = (key: string, values?: Record<string, string | number>) => string;

/** Whether there is a picture at that time, and why not. */
function describe(lanes: readonly Lane[], time: number, t: Translate): string {
  if (lanes.length === 0) {
    return '';
  }
  const missing = lanes.filter((lane) => !around(lane.spans, time));
  if (missing.length === 0) {
    return t('recorded');
  }
  const words = missing.map((lane) => {
    const why = whyMissing(lane, time, t);
    return lanes.length === 1 ? why : `${lane.name}: ${why}`;
  });
  return words.length > 3 ? t('missingCount', { count: missing.length }) : words.join(', ');
}

function whyMissing(lane: Lane, time: number, t: Translate): string {
  if (time >= Date.now()) {
    return t('notYet');
  }
  const gap = around(lane.gaps, time);
  return gap ? t('notRecorded', { cause: t(`cause.${gap.cause}`) }) : t('nothing');
}

function HoverCard(props: { hover: Hover; lanes: readonly Lane[]; range: Range; pictures: boolean }) {
  const { hover, lanes, range, pictures } = props;
  const { t } = useTranslation('timeline');
  const [answer, setAnswer] = useState<{ readonly key: string; readonly thumbnail: Thumbnail }>();
  const source = useRef<Thumbnails>(undefined);

  const filmed = hover.lane ? [hover.lane] : lanes;
  const lane = filmed.find((one) => around(one.spans, hover.time));
  // The track is some thousand pixels wide; the grain of pictures need not know its width exactly.
  const at = Thumbnails.rounded(hover.time, length(range) / 1200, lane && around(lane.spans, hover.time)?.from);
  const asked = pictures ? lane?.id : undefined;
  useEffect(() => {
    source.current ??= new Thumbnails(BASE, THUMBNAIL_PX);
    if (asked === undefined) {
      source.current.cancel();
    } else {
      source.current.ask(asked, at, (thumbnail) => {
        setAnswer({ key: asked, thumbnail });
      });
    }
  }, [asked, at]);
  useEffect(
    () => () => {
      source.current?.close();
      source.current = undefined;
    },
    [],
  );
  // Until the next is there, the last of the same camera is nearer the truth than nothing.
  const thumbnail = answer?.key === asked ? answer?.thumbnail : undefined;

  const inLane = hover.lane ?? (lanes.length === 1 ? lanes[0] : undefined);
  const events = [...new Set((inLane?.events ?? []).filter((it) => it.from <= hover.time && it.to > hover.time).map((it) => it.label))].join(', ');
  const about = inLane
    ? [
        lanes.length > 1 ? inLane.name : '',
        around(inLane.spans, hover.time) ? events : whyMissing(inLane, hover.time, t),
      ]
        .filter(Boolean)
        .join(' · ')
    : lane
      ? ''
      : describe(lanes, hover.time, t);
  return <Card time={hover.time} range={range} about={about} picture={lane ? thumbnail : undefined} />;
}

function Card(props: { time: number; range: Range; about: string; picture: Thumbnail | undefined }) {
  const { time, range, about, picture } = props;
  const { i18n } = useTranslation('timeline');
  const share = Math.min(1, Math.max(0, toX(range, 1, time)));
  return (
    <div
      className={classes.card}
      style={{ left: `clamp(4.5rem, ${(share * 100).toFixed(3)}%, calc(100% - 4.5rem))` }}
      aria-hidden
    >
      {picture && picture !== 'none' ? <img className={classes.picture} src={picture.url} alt="" /> : null}
      <div className={classes.words}>
        <div className={classes.time}>{precise(time, regional(i18n.language), range)}</div>
        {length(range) > 12 * 3600_000 || new Date(time).toDateString() !== new Date().toDateString() ? (
          <div className={classes.about}>{day(time, regional(i18n.language))}</div>
        ) : null}
        {about ? <div className={classes.about}>{about}</div> : null}
      </div>
    </div>
  );
}

type Action = { seek: number } | { view: Range } | { selection: Range | undefined };

function keyAction(
  event: { key: string; shiftKey: boolean },
  now: { at: number; view: Range; lanes: readonly Lane[]; selection: Range | undefined },
): Action | undefined {
  const step = keyStep(now.view) * (event.shiftKey ? 10 : 1);
  switch (event.key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return { seek: now.at + step };
    case 'ArrowLeft':
    case 'ArrowDown':
      return { seek: now.at - step };
    case 'PageUp':
      return { seek: now.at + length(now.view) * 0.8 };
    case 'PageDown':
      return { seek: now.at - length(now.view) * 0.8 };
    case 'Home': {
      const first = Math.min(...now.lanes.map((lane) => lane.spans[0]?.from ?? Infinity));
      return { seek: Number.isFinite(first) ? first : now.view.from };
    }
    case 'End':
      return { seek: Math.max(...now.lanes.map((lane) => lane.spans.at(-1)?.to ?? -Infinity), 0) || Date.now() };
    case '+':
    case '=':
      return { view: zoomed(centredOn(now.view, now.at), now.at, 0.5) };
    case '-':
    case '_':
      return { view: zoomed(centredOn(now.view, now.at), now.at, 2) };
    case '[':
      return { selection: withStart(now.selection, now.at) };
    case ']':
      return { selection: withEnd(now.selection, now.at) };
    case 'Escape':
      return now.selection ? { selection: undefined } : undefined;
    default:
      return undefined;
  }
}

/** The view itself if the playhead is in it: then that is what zooming holds on to. */
function centredOn(view: Range, at: number): Range {
  return at >= view.from && at <= view.to ? view : panned(view, at - (view.from + view.to) / 2);
}

const SHORTEST = 1000;
const OPEN_ENDED = 60_000;

/** A selection that starts at a time: up to where it ended, if that is later. */
export function withStart(selection: Range | undefined, at: number): Range {
  return { from: at, to: selection && selection.to >= at + SHORTEST ? selection.to : at + OPEN_ENDED };
}

export function withEnd(selection: Range | undefined, at: number): Range {
  return { from: selection && selection.from <= at - SHORTEST ? selection.from : at - OPEN_ENDED, to: at };
}
