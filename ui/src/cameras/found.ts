import type { Camera, FoundCamera } from '../api';
import type { Settings } from './settings';

export interface Known {
  camera: Camera;
  /** The very stream; otherwise another one of the same device. */
  same: boolean;
}

interface Place {
  /** A host; on this machine with its port, because there each port is a camera of its own. */
  device: string;
  /** Path and query. */
  path: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function placeOf(value: unknown): Place | undefined {
  if (typeof value !== 'string') return undefined;
  // Browsers read hosts only from addresses that they know the kind of.
  const [, rest] = /^[a-z][a-z0-9+.-]*:\/\/(.+)$/i.exec(value) ?? [];
  if (rest === undefined) return undefined;
  try {
    const { host, hostname, pathname, search } = new URL(`http://${rest}`);
    const device = LOOPBACK.test(hostname) ? host.replace(/:554$/, '') : hostname;
    return { device, path: `${pathname.replace(/\/$/, '')}${search}` };
  } catch {
    return undefined;
  }
}

/** The one of its main stream first, wherever the server names it among the settings. */
function placesOf({ url, ...others }: Settings): Place[] {
  return [url, ...Object.values(others)].flatMap((value) => placeOf(value) ?? []);
}

/** It answers, but tells where its stream is only to who signs in. */
export function isUnfinished({ settings }: FoundCamera): boolean {
  const places = placesOf(settings);
  return places.length > 0 && places.every(({ path }) => path === '');
}

/** The camera that this one is already, or that is at the same device. Only admins are told where cameras are. */
export function knownAs(camera: FoundCamera, cameras: readonly Camera[]): Known | undefined {
  const { settings, address } = camera;
  const found = placesOf(settings);
  const devices = new Set([...found.map(({ device }) => device), address.replace(/ \(\d+\)$/, '')]);
  const streams = new Set(found.map(({ device, path }) => device + path));
  const places = cameras.map((camera) => ({ camera, at: placesOf(camera.settings) }));
  const same = places.find(({ at }) => at.some(({ device, path }) => streams.has(device + path)));
  if (same) return { camera: same.camera, same: true };
  const beside = places.find(({ at }) => at.some(({ device }) => devices.has(device)));
  // Of one that tells no streams, the device is all that can be known again.
  return beside && { camera: beside.camera, same: isUnfinished(camera) };
}

/** What to show of where it is: without a login, were there one. */
export function whereOf({ settings, address }: FoundCamera): string {
  return [address, ...placesOf(settings).slice(0, 1).map(({ path }) => path)].filter(Boolean).join(' · ');
}
