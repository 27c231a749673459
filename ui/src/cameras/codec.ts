const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^avc[13]|^h264$/i, 'H.264'],
  [/^h(vc|ev)1|^h265$/i, 'H.265'],
  [/^av01/i, 'AV1'],
  [/^vp09/i, 'VP9'],
  [/^mp4a|^aac$/i, 'AAC'],
  [/^opus$/i, 'Opus'],
  [/^alaw|^pcma$/i, 'G.711 A-law'],
  [/^ulaw|^pcmu$/i, 'G.711 µ-law'],
];

/** The name on a camera's box for what RFC 6381 writes: `avc1.4d0028` is H.264. */
export function codecName(codec: string): string {
  return NAMES.find(([pattern]) => pattern.test(codec))?.[1] ?? codec;
}
