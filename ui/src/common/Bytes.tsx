import { useFormat } from './format';

export function Bytes({ value }: { value: number | null | undefined }) {
  const format = useFormat();
  return <>{value == null ? '–' : format.bytes(value)}</>;
}
