import { query } from '../api';
import type { EventEntry } from './types';

/** Which events are asked for. Undefined: whatever. */
export interface Filter {
  reviewed?: boolean;
  retained?: boolean;
  type?: string;
  camera?: string;
  label?: string;
  zone?: string;
  minScore?: number;
  /** Those that began then or later. */
  from?: string;
  /** Those that began before. */
  to?: string;
}

export const PERIODS = ['today', 'yesterday', 'week', 'day'] as const;
export type Period = (typeof PERIODS)[number];

/** The page's filter as its address has it. What still has to be looked at comes without anything being said. */
export interface Shown {
  all: boolean;
  kept: boolean;
  type?: string;
  camera?: string;
  label?: string;
  zone?: string;
  minScore?: number;
  period?: Period;
  /** `2026-11-22`, for the period `day`. */
  day?: string;
}

export function readShown(search: URLSearchParams): Shown {
  const text = (name: string) => search.get(name) ?? undefined;
  const score = Number(search.get('score') ?? NaN);
  const day = /^\d{4}-\d\d-\d\d$/.exec(search.get('day') ?? '')?.[0];
  const period = PERIODS.find((one) => one === search.get('period'));
  return {
    all: search.get('show') === 'all',
    kept: search.get('kept') === '1',
    type: text('type'),
    camera: text('camera'),
    label: text('label'),
    zone: text('zone'),
    minScore: score > 0 && score <= 1 ? score : undefined,
    period: period === 'day' && day === undefined ? undefined : period,
    day: period === 'day' ? day : undefined,
  };
}

export function writeShown(shown: Shown): URLSearchParams {
  const search = new URLSearchParams();
  const put = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') search.set(name, String(value));
  };
  put('show', shown.all ? 'all' : undefined);
  put('kept', shown.kept ? '1' : undefined);
  put('type', shown.type);
  put('camera', shown.camera);
  put('label', shown.label);
  put('zone', shown.zone);
  put('score', shown.minScore);
  put('period', shown.period);
  put('day', shown.period === 'day' ? shown.day : undefined);
  return search;
}

function midnight(daysFromToday: number, now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysFromToday);
}

/** Days are those of the reader's clock, also where one of them has 23 hours. */
export function bounds(shown: Pick<Shown, 'period' | 'day'>, now: Date): { from?: string; to?: string } {
  switch (shown.period) {
    case 'today':
      return { from: midnight(0, now).toISOString() };
    case 'yesterday':
      return { from: midnight(-1, now).toISOString(), to: midnight(0, now).toISOString() };
    case 'week':
      return { from: midnight(-6, now).toISOString() };
    case 'day': {
      const [year, month, day] = (shown.day ?? '').split('-').map(Number);
      if (year === undefined || month === undefined || day === undefined) return {};
      return {
        from: new Date(year, month - 1, day).toISOString(),
        to: new Date(year, month - 1, day + 1).toISOString(),
      };
    }
    default:
      return {};
  }
}

export function filterOf(shown: Shown, now: Date): Filter {
  return {
    reviewed: shown.all ? undefined : false,
    retained: shown.kept ? true : undefined,
    type: shown.type,
    camera: shown.camera,
    label: shown.label,
    zone: shown.zone,
    minScore: shown.minScore,
    ...bounds(shown, now),
  };
}

/** Whether anything but "to review" is chosen. */
export function isNarrowed({ kept, type, camera, label, zone, minScore, period }: Shown): boolean {
  return kept || [type, camera, label, zone, minScore, period].some((one) => one !== undefined);
}

export function pathOf(filter: Filter, limit: number, cursor?: string): string {
  return `/events${query({ ...filter, limit, cursor })}`;
}

/** The server's own rule, for events that it tells of by themselves. */
export function matches(filter: Filter, event: EventEntry): boolean {
  const { reviewed, retained, type, camera, label, zone, minScore, from, to } = filter;
  const at = Date.parse(event.startedAt);
  return (
    (reviewed === undefined || event.reviewed === reviewed) &&
    (retained === undefined || event.retained === retained) &&
    (type === undefined || event.type === type) &&
    (camera === undefined || event.cameraId === camera) &&
    (label === undefined || event.label === label) &&
    (zone === undefined || event.zones.includes(zone)) &&
    (minScore === undefined || (event.score ?? 0) >= minScore) &&
    (from === undefined || at >= Date.parse(from)) &&
    (to === undefined || at < Date.parse(to))
  );
}

/** Newest first, as the server has them. */
function isBefore(one: EventEntry, other: EventEntry): boolean {
  const by = Date.parse(one.startedAt) - Date.parse(other.startedAt);
  return by === 0 ? one.id > other.id : by > 0;
}

export interface EventPage {
  items: EventEntry[];
  next?: string | null;
}

/**
 * The pages of a list with an event as it is now: in its place, where it belongs there, and nowhere else. Pages
 * without a change stay the same objects.
 */
export function merged(pages: EventPage[], filter: Filter, event: EventEntry): EventPage[] {
  const fits = matches(filter, event);
  const known = pages.some(({ items }) => items.some(({ id }) => id === event.id));
  if (known) {
    return pages.map((page) =>
      page.items.some(({ id }) => id === event.id)
        ? {
            ...page,
            items: fits
              ? page.items.map((one) => (one.id === event.id ? event : one))
              : page.items.filter(({ id }) => id !== event.id),
          }
        : page,
    );
  }
  if (!fits) return pages;
  const last = pages.length - 1;
  const index = pages.findIndex(
    ({ items, next }, i) => items.some((one) => isBefore(event, one)) || (i === last && next == null),
  );
  if (index < 0) return pages;
  return pages.map((page, i) => {
    if (i !== index) return page;
    const at = page.items.findIndex((one) => isBefore(event, one));
    return { ...page, items: at < 0 ? [...page.items, event] : page.items.toSpliced(at, 0, event) };
  });
}

export function without(pages: EventPage[], ids: ReadonlySet<string>): EventPage[] {
  return pages.map((page) =>
    page.items.some(({ id }) => ids.has(id)) ? { ...page, items: page.items.filter(({ id }) => !ids.has(id)) } : page,
  );
}

/** Days of the reader's clock, newest first, each with its events. */
export function byDay(events: readonly EventEntry[]): { day: string; events: EventEntry[] }[] {
  const days: { day: string; events: EventEntry[] }[] = [];
  for (const event of events) {
    const day = new Date(event.startedAt).toDateString();
    const last = days.at(-1);
    if (last?.day === day) last.events.push(event);
    else days.push({ day, events: [event] });
  }
  return days;
}
