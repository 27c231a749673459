import { useSyncExternalStore } from 'react';
import type { Selection } from './selection';

/** What this device shows first, be it a monitor in a hall or a phone; kept here, not with the account. */
const KEPT = 'vigil.startView';
const ALL = '/live';

const listeners = new Set<() => void>();

export function addressOf(selection: Selection): string {
  switch (selection.kind) {
    case 'view':
      return `${ALL}/${encodeURIComponent(selection.id)}`;
    case 'group':
      return `${ALL}?group=${encodeURIComponent(selection.label)}`;
    default:
      return ALL;
  }
}

export function startAddress(): string {
  const kept = localStorage.getItem(KEPT);
  return kept !== null && /^\/live([/?]|$)/.test(kept) ? kept : ALL;
}

export function startWith(selection: Selection) {
  const address = addressOf(selection);
  if (address === ALL) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, address);
  for (const listener of listeners) listener();
}

export function useStartAddress(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    startAddress,
  );
}
