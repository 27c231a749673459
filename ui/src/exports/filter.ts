import type { KeptExport } from '../api';

/** Those that are of a camera, if one is given, and have all the words in their name or their camera's. */
export function matching(
  all: readonly KeptExport[],
  text: string,
  camera: string | null,
  nameOf: (camera: string) => string,
): KeptExport[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((it) => {
    const where = `${it.name} ${nameOf(it.camera)}`.toLowerCase();
    return (camera === null || it.camera === camera) && words.every((word) => where.includes(word));
  });
}
