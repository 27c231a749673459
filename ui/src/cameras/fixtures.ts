import type { Camera, CameraStatus, ProviderType } from '../api';

/** What a real server answers, as of the built-in RTSP driver. For tests. */
export const rtsp: ProviderType = {
  id: 'rtsp',
  name: 'RTSP',
  description: 'A camera, recorder or server that offers its streams at RTSP addresses.',
  capabilities: [],
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'RTSP',
    type: 'object',
    properties: {
      url: { title: 'Address', description: 'Of the stream in full resolution.', type: 'string' },
      subUrl: { title: 'Address of the small stream', type: 'string' },
      username: { title: 'User name', type: 'string' },
      password: { title: 'Password', type: 'string', format: 'password', writeOnly: true },
      transport: {
        title: 'Transport',
        type: 'string',
        oneOf: [
          { const: 'tcp', title: 'TCP' },
          { const: 'udp', title: 'UDP' },
        ],
        default: 'tcp',
      },
      basicAllowed: { title: 'Send the password unencrypted', type: 'boolean', default: false },
    },
    required: ['url'],
    additionalProperties: false,
  },
};

export function camera(id: string, part: Partial<Camera> = {}): Camera {
  return {
    id,
    name: id.charAt(0).toUpperCase() + id.slice(1),
    driver: 'rtsp',
    enabled: true,
    settings: { url: `rtsp://192.0.2.1/${id}`, transport: 'tcp', basicAllowed: false },
    recording: {
      mode: 'continuous',
      stream: 'main',
      preRollSeconds: 5,
      postRollSeconds: 10,
      schedule: null,
      retention: { continuousDays: 7, eventDays: 30, maxBytes: null, minDays: 0 },
    },
    detectors: [],
    zones: [],
    masks: [],
    labels: [],
    createdAt: '2026-11-22T19:39:35.203Z',
    ...part,
  };
}

export const streaming: CameraStatus = {
  state: 'streaming',
  since: '2026-11-22T19:39:36.974Z',
  cause: null,
  streams: [
    {
      role: 'main',
      codec: 'avc1.64001e',
      widthPx: 640,
      heightPx: 360,
      frameRate: 24.81,
      bitrateBps: 221_972,
      accessUnits: { received: 994, recorded: 986, lost: 0 },
      lastAccessUnitAt: '2026-11-22T19:40:16.715Z',
    },
  ],
  recording: { state: 'recording', durableThrough: '2026-11-22T19:40:16.556Z', cause: null },
};

export const offline: CameraStatus = {
  ...streaming,
  state: 'backoff',
  cause: 'no answer from 192.0.2.1:554',
  streams: [],
  recording: { state: 'idle', durableThrough: null, cause: null },
};
