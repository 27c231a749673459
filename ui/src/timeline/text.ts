import { DAY, HOUR, MINUTE } from './view';
import type { Range } from './view';
import type { Tick } from './ticks';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(language, { ...options, hourCycle: 'h23' });
    formats.set(key, found);
  }
  return found;
}

export function clock(time: number, language: string, step: number): string {
  return format(language, {
    hour: '2-digit',
    minute: '2-digit',
    ...(step < MINUTE ? { second: '2-digit' } : {}),
  }).format(time);
}

/** The day, short, with the weekday: it is what people look for. */
export function day(time: number, language: string): string {
  return format(language, { weekday: 'short', day: 'numeric', month: 'short' }).format(time);
}

export function tickText(tick: Tick, step: number, language: string): string {
  switch (tick.unit) {
    case 'month':
      return format(language, { month: 'short', year: 'numeric' }).format(tick.time);
    case 'day':
      return day(tick.time, language);
    default:
      return clock(tick.time, language, step);
  }
}

/** A moment as a person reads it out: with seconds, and with the day. */
export function moment(time: number, language: string): string {
  return format(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(time);
}

/** The time of day, with tenths of a second where a pixel is less than one. */
export function precise(time: number, language: string, range?: Range): string {
  const fine = range && range.to - range.from < 2 * MINUTE;
  return format(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(fine ? { fractionalSecondDigits: 1 } : {}),
  }).format(time);
}

/** Such as 1:02:03, or 0:07. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** Such as 3 min or 2 days: how much time a view shows. */
export function span(milliseconds: number, language: string): string {
  const [unit, size] =
    milliseconds >= 2 * DAY
      ? (['day', DAY] as const)
      : milliseconds >= 2 * HOUR
        ? (['hour', HOUR] as const)
        : milliseconds >= 2 * MINUTE
          ? (['minute', MINUTE] as const)
          : (['second', 1000] as const);
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  }).format(milliseconds / size);
}
