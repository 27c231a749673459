import type { Camera, CameraState, CameraStatus } from '../api';

/** States as somebody looks for them: what works, what does not, what is meant to be off. */
export const STATE_GROUPS = ['live', 'trouble', 'connecting', 'off'] as const;

export type StateGroup = (typeof STATE_GROUPS)[number];

export function stateGroup(state: CameraState): StateGroup {
  switch (state) {
    case 'streaming':
      return 'live';
    case 'connecting':
      return 'connecting';
    case 'disabled':
      return 'off';
    default:
      return 'trouble';
  }
}

export interface Filter {
  text: string;
  state: string | null;
  group: string | null;
}

export function matches(
  { camera, status }: { camera: Camera; status: CameraStatus | undefined },
  { text, state, group }: Filter,
): boolean {
  const now = stateGroup(status?.state ?? (camera.enabled ? 'connecting' : 'disabled'));
  if (state !== null && now !== state) {
    return false;
  }
  if (group !== null && !camera.labels.includes(group)) {
    return false;
  }
  const where = [camera.name, camera.id, camera.driver, status?.cause ?? '', ...camera.labels, String(camera.settings.url ?? '')]
    .join(' ')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
}
