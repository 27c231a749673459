import { useInstalled } from './installed';

/** Each recorder is a mode of recording. */
export function useRecordingModes(): string[] {
  const { data } = useInstalled('recorders', true);
  return data?.map(({ id }) => id) ?? ['continuous'];
}
