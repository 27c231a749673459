import { useSyncExternalStore } from 'react';
import type { Preferences } from '../api';
import type { EventEntry } from './types';

export const NOTICES = ['objects', 'all', 'off'] as const;
export type Notices = (typeof NOTICES)[number];

/** What an account wants to be told of; objects and what other systems report unless it said otherwise. */
export function noticesOf({ eventNotices }: Preferences): Notices {
  return NOTICES.find((one) => one === eventNotices) ?? 'objects';
}

export function isSeen(wanted: Notices, { type }: Pick<EventEntry, 'type'>): boolean {
  return wanted === 'all' || (wanted === 'objects' && type !== 'motion');
}

/** How much began since somebody looked at the events, in this page. */
let count = 0;
const listeners = new Set<() => void>();

function to(next: number) {
  if (next === count) return;
  count = next;
  for (const listener of listeners) listener();
}

export function tellNews() {
  to(count + 1);
}

export function forgetNews() {
  to(0);
}

export function useNews(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => count,
  );
}
