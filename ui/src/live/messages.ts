/** What the server says between the pieces of video. */
export type Message =
  | { readonly type: 'init'; readonly mime: string; readonly role: StreamRole }
  | { readonly type: 'drop'; readonly accessUnits: number }
  | { readonly type: 'end'; readonly cause: string };

export type StreamRole = 'main' | 'sub';

/** Undefined for what this player does not know: a newer server may say more. */
export function parseMessage(text: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const fields = value as Record<string, unknown>;
  switch (fields.type) {
    case 'init':
      return typeof fields.mime === 'string'
        ? { type: 'init', mime: fields.mime, role: fields.role === 'sub' ? 'sub' : 'main' }
        : undefined;
    case 'drop':
      return { type: 'drop', accessUnits: Number(fields.accessUnits) || 0 };
    case 'end':
      return { type: 'end', cause: typeof fields.cause === 'string' ? fields.cause : '' };
    default:
      return undefined;
  }
}

/** The codecs of `video/mp4; codecs="avc1.4d0028,mp4a.40.2"`. */
export function codecsOf(mime: string): string[] {
  const list = /codecs="?([^";]*)"?/.exec(mime)?.[1] ?? '';
  return list
    .split(',')
    .map((codec) => codec.trim())
    .filter((codec) => codec !== '');
}

const AUDIO = /^(mp4a|opus|fLaC|ac-3|ec-3)/i;

export function hasAudio(mime: string): boolean {
  return codecsOf(mime).some((codec) => AUDIO.test(codec));
}

export function videoCodec(mime: string): string | undefined {
  return codecsOf(mime).find((codec) => !AUDIO.test(codec));
}

/** The same without sound, if there is anything else. */
export function silentMime(mime: string): string {
  const video = codecsOf(mime).filter((codec) => !AUDIO.test(codec));
  return hasAudio(mime) && video.length > 0 ? `video/mp4; codecs="${video.join(',')}"` : mime;
}
