import { useSyncExternalStore } from 'react';

export const STREAMS = ['auto', 'save', 'best'] as const;

/** How a device likes to watch, be it a wall of monitors or a phone on a thin line; kept here, not with the account. */
export interface DeviceSettings {
  /** By the size on the screen; always the small one; or always the best. */
  readonly streams: (typeof STREAMS)[number];
  /** Still pictures in the grid, until something happens. */
  readonly calm: boolean;
  /** Pictures fill their tiles, and lose what is over. */
  readonly fill: boolean;
}

const KEPT = 'vigil.device';
const USUAL: DeviceSettings = { streams: 'auto', calm: false, fill: false };

const listeners = new Set<() => void>();
let known: { text: string | null; settings: DeviceSettings } | undefined;

/** What somebody else wrote there is taken as far as it makes sense. */
function read(text: string | null): DeviceSettings {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<Record<keyof DeviceSettings, unknown>> | null;
    return {
      streams: STREAMS.find((one) => one === kept?.streams) ?? USUAL.streams,
      calm: kept?.calm === true,
      fill: kept?.fill === true,
    };
  } catch {
    return USUAL;
  }
}

export function deviceSettings(): DeviceSettings {
  const text = localStorage.getItem(KEPT);
  if (known === undefined || known.text !== text) known = { text, settings: read(text) };
  return known.settings;
}

export function changeDevice(change: Partial<DeviceSettings>) {
  localStorage.setItem(KEPT, JSON.stringify({ ...deviceSettings(), ...change }));
  for (const listener of listeners) listener();
}

export function useDevice(): DeviceSettings {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, deviceSettings);
}

/** The stream of a picture: what the view says, unless this device has to save, or wants the best. */
export function streamFor(
  { streams }: Pick<DeviceSettings, 'streams'>,
  wanted: 'main' | 'sub' | undefined,
  enlarged: boolean,
): 'auto' | 'main' | 'sub' {
  if (streams === 'save') return 'sub';
  if (streams === 'best' || enlarged) return 'main';
  return wanted ?? 'auto';
}
