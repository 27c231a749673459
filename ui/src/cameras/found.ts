import type { Camera, FoundCamera } from '../api';
import type { Settings } from './settings';

export interface Known {
  camera: Camera;
  /** The very stream; otherwise another one of the same device. */
  same: boolean;
}

interface Place {
  host: string;
  /** With path and query, without a login. */
  whole: string;
}

function placeOf(value: unknown): Place | undefined {
  if (typeof value !== 'string') return undefined;
  // Browsers read hosts only from addresses that they know the kind of.
  const [, rest] = /^[a-z][a-z0-9+.-]*:\/\/(.+)$/i.exec(value) ?? [];
  if (rest === undefined) return undefined;
  try {
    const { host, hostname, pathname, search } = new URL(`http://${rest}`);
    return { host: hostname, whole: `${host.replace(/:554$/, '')}${pathname.replace(/\/$/, '')}${search}` };
  } catch {
    return undefined;
  }
}

function placesOf(settings: Settings): Place[] {
  return Object.values(settings).flatMap((value) => placeOf(value) ?? []);
}

/** It answers, but tells where its stream is only to who signs in. */
export function isUnfinished({ settings }: FoundCamera): boolean {
  const places = placesOf(settings);
  return places.length > 0 && places.every(({ whole }) => !/[/?]/.test(whole));
}

/** The camera that this one is already, or that is at the same device. Only admins are told where cameras are. */
export function knownAs(camera: FoundCamera, cameras: readonly Camera[]): Known | undefined {
  const { settings, address } = camera;
  const found = placesOf(settings);
  const hosts = new Set([...found.map(({ host }) => host), address.replace(/ \(\d+\)$/, '')]);
  const wholes = new Set(found.map(({ whole }) => whole));
  const places = cameras.map((camera) => ({ camera, at: placesOf(camera.settings) }));
  const same = places.find(({ at }) => at.some(({ whole }) => wholes.has(whole)));
  if (same) return { camera: same.camera, same: true };
  const beside = places.find(({ at }) => at.some(({ host }) => hosts.has(host)));
  // Of one that tells no streams, the device is all that can be known again.
  return beside && { camera: beside.camera, same: isUnfinished(camera) };
}

/** What to show of where it is: without a login, were there one. */
export function whereOf({ settings, address }: FoundCamera): string {
  return [address, ...placesOf(settings).slice(0, 1).map(({ whole }) => whole.replace(/^[^/]*/, ''))].filter(Boolean).join(' · ');
}
