/** `Timeout (ms)` is a timeout in ms: the unit stands behind the value, where people look for it. */
export function splitUnit(title: string): { label: string; unit: string } {
  const found = /^(.*\S)\s*\(([^()]{1,8})\)$/.exec(title);
  return found ? { label: found[1] ?? title, unit: found[2] ?? '' } : { label: title, unit: '' };
}
