import { api, ApiProblem, BASE } from '../api';
import type { Attempt } from './attempts';
import type { LivePorts, Reachability } from './livePlayer';
import type { MediaSourceClass } from './mediaSink';

/** The player's ports to this browser and this server. */
export function portsTo(cameraId: string): LivePorts {
  return {
    socket: (attempt) => new WebSocket(addressOf(cameraId, attempt)),
    mediaSource: mediaSourceOf(window),
    probe: () => probe(cameraId),
    nowMillis: () => performance.now(),
    random: Math.random,
  };
}

export function addressOf(cameraId: string, { stream, transcode }: Attempt): string {
  const origin = window.location.origin.replace(/^http/, 'ws');
  const query = transcode ? `stream=${stream}&transcode=h264` : `stream=${stream}`;
  return `${origin}${BASE}/cameras/${encodeURIComponent(cameraId)}/live?${query}`;
}

/** Some browsers have only the managed kind, which may ask for less data. */
function mediaSourceOf(from: object): MediaSourceClass | undefined {
  const names = from as { MediaSource?: MediaSourceClass; ManagedMediaSource?: MediaSourceClass };
  return names.MediaSource ?? names.ManagedMediaSource;
}

async function probe(cameraId: string): Promise<Reachability> {
  try {
    await api.get(`/cameras/${encodeURIComponent(cameraId)}`);
    return 'ok';
  } catch (problem) {
    if (!(problem instanceof ApiProblem)) return 'unreachable';
    if (problem.status === 401 || problem.status === 403) return 'unauthorized';
    // A server that comes or goes answers 404 to everything, but not in the words of the API.
    return problem.status === 404 && problem.detail !== undefined ? 'unknown camera' : 'unreachable';
  }
}
