import { useTranslation } from 'react-i18next';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** `2.4 GB`: units of 1000, as on the box a disk came in. */
export function formatBytes(bytes: number, language: string): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}

/** `4.1 Mbit/s` */
export function formatBitrate(bitsPerSecond: number, language: string): string {
  const names = ['bit', 'kilobit', 'megabit', 'gigabit'] as const;
  const power = bitsPerSecond < 1 ? 0 : Math.min(Math.floor(Math.log10(bitsPerSecond) / 3), names.length - 1);
  const value = bitsPerSecond / 1000 ** power;
  const number = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: names[power],
    unitDisplay: 'short',
    maximumFractionDigits: value >= 100 ? 0 : 1,
  }).format(value);
  return `${number.replace(/([kMG])b\b/, '$1bit')}/s`;
}

export type TimeStyle = 'time' | 'short' | 'seconds' | 'date' | 'full';

const styles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  date: { dateStyle: 'medium' },
  short: { dateStyle: 'short', timeStyle: 'short' },
  full: { dateStyle: 'medium', timeStyle: 'medium' },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** Wall time where the reader is. */
export function formatTime(at: Date | string | number, language: string, style: TimeStyle = 'short'): string {
  const key = `${language} ${style}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, { ...styles[style], hourCycle: 'h23' });
    formats.set(key, format);
  }
  return format.format(new Date(at));
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** `3 minutes ago`, `in 12 days` */
export function formatRelative(at: Date | string | number, now: number, language: string): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const [unit, length] = steps.find(([, it]) => Math.abs(seconds) >= it) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.round(seconds / length), unit);
}

/** `1 h 05 min`, `42 s`: the two largest units. */
export function formatDuration(seconds: number, language: string): string {
  const part = (value: number, unit: string, pad: boolean) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'narrow', minimumIntegerDigits: pad ? 2 : 1 }).format(value);
  const whole = Math.max(0, Math.round(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60];
  if (days > 0) return `${part(days, 'day', false)} ${part(hours, 'hour', false)}`;
  if (hours > 0) return `${part(hours, 'hour', false)} ${part(minutes, 'minute', true)}`;
  if (minutes > 0) return `${part(minutes, 'minute', false)} ${part(whole % 60, 'second', true)}`;
  return part(whole, 'second', false);
}

/** How the reader writes the language that is spoken: `en-GB` rather than `en`, where the browser says so. */
export function regional(language: string, preferred: readonly string[] = navigator.languages): string {
  return preferred.find((tag) => /^[a-z]{2}-([A-Z]{2}|\d{3})$/.test(tag) && tag.startsWith(`${language}-`)) ?? language;
}

export function decimalOf(language: string): string {
  return new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
}

/** The formats above in the language that is spoken. */
export function useFormat() {
  const { i18n } = useTranslation();
  const language = regional(i18n.language);
  return {
    bytes: (value: number) => formatBytes(value, language),
    bitrate: (value: number) => formatBitrate(value, language),
    time: (at: Date | string | number, style?: TimeStyle) => formatTime(at, language, style),
    relative: (at: Date | string | number, now: number) => formatRelative(at, now, language),
    duration: (seconds: number) => formatDuration(seconds, language),
    /** Before a number's fraction. */
    decimal: decimalOf(language),
    day: (at: Date | string | number) =>
      new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(at)),
    number: (value: number, options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options).format(value),
    percent: (fraction: number, digits = 0) =>
      new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(fraction),
  };
}
