import type { RJSFSchema } from '@rjsf/utils';
import type { Camera } from '../api';
import { mergePatch } from './mergePatch';
import { entered, withoutFlags, type Settings } from './settings';
import { bodiesOf, type Shape } from './zones';

export interface Recording {
  mode: string;
  stream: string;
  preRollSeconds: number;
  postRollSeconds: number;
  retention: Retention;
}

export interface Retention {
  continuousDays: number;
  eventDays: number;
  maxBytes: number | null;
  minDays: number;
  /** Longer than other events, by what was seen. */
  labelDays: Record<string, number>;
  /** Longer than other events, by where. */
  zoneDays: Record<string, number>;
}

export interface ChosenDetector {
  id: string;
  settings: Settings;
}

/** A camera as it is being edited; zones and masks are kept apart, with their undo. */
export interface Draft {
  name: string;
  driver: string;
  enabled: boolean;
  settings: Settings;
  labels: string[];
  recording: Recording;
  detectors: ChosenDetector[];
}

export const DEFAULT_RECORDING: Recording = {
  mode: 'continuous',
  stream: 'main',
  preRollSeconds: 5,
  postRollSeconds: 10,
  retention: { continuousDays: 7, eventDays: 30, maxBytes: null, minDays: 0, labelDays: {}, zoneDays: {} },
};

export function newDraft(driver: string): Draft {
  return {
    name: '',
    driver,
    enabled: true,
    settings: {},
    labels: [],
    recording: DEFAULT_RECORDING,
    detectors: [],
  };
}

export function draftOf(camera: Camera, schema: RJSFSchema): { draft: Draft; secretsSet: string[] } {
  const { settings, secretsSet } = withoutFlags(camera.settings, schema);
  const { recording } = camera;
  const or = DEFAULT_RECORDING;
  const kept = (recording.retention ?? {}) as Partial<Retention>;
  return {
    draft: {
      name: camera.name,
      driver: camera.driver,
      enabled: camera.enabled,
      settings,
      labels: camera.labels,
      recording: {
        mode: recording.mode ?? or.mode,
        stream: recording.stream ?? or.stream,
        preRollSeconds: recording.preRollSeconds ?? or.preRollSeconds,
        postRollSeconds: recording.postRollSeconds ?? or.postRollSeconds,
        retention: {
          continuousDays: recording.retention?.continuousDays ?? or.retention.continuousDays,
          eventDays: recording.retention?.eventDays ?? or.retention.eventDays,
          maxBytes: recording.retention?.maxBytes ?? null,
          minDays: recording.retention?.minDays ?? or.retention.minDays,
          labelDays: kept.labelDays ?? {},
          zoneDays: kept.zoneDays ?? {},
        },
      },
      detectors: camera.detectors.map(({ id, settings: own }) => ({ id, settings: own ?? {} })),
    },
    secretsSet,
  };
}

/** What to POST. */
export function bodyOf(draft: Draft): object {
  return { ...draft, name: draft.name.trim(), settings: entered(draft.settings) };
}

/**
 * What to PATCH, or `undefined` if nothing changed. Lists are replaced as wholes, settings one by
 * one; a removed secret is `null` in the draft and so in the patch.
 */
export function patchOf(
  before: { draft: Draft; shapes: readonly Shape[] },
  after: { draft: Draft; shapes: readonly Shape[] },
): Record<string, unknown> | undefined {
  const whole = ({ draft, shapes }: typeof before) => ({
    ...draft,
    name: draft.name.trim(),
    settings: cleaned(draft.settings),
    detectors: draft.detectors.map((one) => ({ ...one, settings: entered(one.settings) })),
    ...bodiesOf(shapes),
  });
  return mergePatch(whole(before), whole(after)) as Record<string, unknown> | undefined;
}

/** Fields that were emptied count as left out; `null` stays, it removes a secret. */
function cleaned(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''));
}
