import { HOUR, NARROWEST, SECOND, WIDEST } from '../timeline/view';

/** What the address of the page says: which cameras, when, and how much of the timeline. */
export interface Place {
  readonly cameras: readonly string[];
  /** Undefined for the newest there is. */
  readonly at: number | undefined;
  readonly zoomMs: number;
}

export const MOST_CAMERAS = 9;
const USUAL_ZOOM = HOUR;

export function readPlace(search: URLSearchParams): Place {
  const cameras = [...new Set((search.get('cameras') ?? '').split(',').filter(Boolean))].slice(0, MOST_CAMERAS);
  const at = Date.parse(search.get('at') ?? '');
  const zoom = Number(search.get('zoom') ?? NaN) * SECOND;
  return {
    cameras,
    at: Number.isNaN(at) ? undefined : at,
    zoomMs: Number.isFinite(zoom) && zoom > 0 ? Math.min(WIDEST, Math.max(NARROWEST, zoom)) : USUAL_ZOOM,
  };
}

export function writePlace(place: { cameras: readonly string[]; at: number; zoomMs: number }): URLSearchParams {
  const search = new URLSearchParams();
  search.set('cameras', place.cameras.join(','));
  search.set('at', new Date(place.at).toISOString());
  search.set('zoom', String(Math.round(place.zoomMs / SECOND)));
  return search;
}

/** Commas and colons are fine in a query, and addresses are read by people. */
export function addressOf(search: URLSearchParams): string {
  return search.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}
