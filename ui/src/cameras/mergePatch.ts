/** What turns one JSON value into another (RFC 7396); `undefined` if they are equal. */
export function mergePatch(before: unknown, after: unknown): unknown {
  if (JSON.stringify(before) === JSON.stringify(after)) {
    return undefined;
  }
  if (!isObject(before) || !isObject(after)) {
    return after;
  }
  const patch: Record<string, unknown> = {};
  for (const name of Object.keys(before)) {
    if (after[name] === undefined) {
      patch[name] = null;
    }
  }
  for (const [name, value] of Object.entries(after)) {
    const change = value === undefined ? undefined : mergePatch(before[name], value);
    if (change !== undefined) {
      patch[name] = change;
    }
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
