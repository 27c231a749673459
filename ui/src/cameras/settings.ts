import type { RJSFSchema } from '@rjsf/utils';

/** Values of a plugin's settings. A secret that is to be removed is `null`. */
export type Settings = Record<string, unknown>;

const SET = 'Set';

export function secretNames(schema: RJSFSchema): string[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, property]) => typeof property === 'object' && property.writeOnly === true)
    .map(([name]) => name);
}

/** Tells the server's flags (`passwordSet`) from the settings themselves. */
export function withoutFlags(read: Settings, schema: RJSFSchema): { settings: Settings; secretsSet: string[] } {
  const secrets = secretNames(schema);
  const secretsSet = secrets.filter((name) => read[name + SET] === true);
  const told = new Set(secrets.flatMap((name) => [name, name + SET]));
  const settings = Object.fromEntries(Object.entries(read).filter(([name]) => !told.has(name)));
  return { settings, secretsSet };
}

/** What can be sent where nothing is stored yet: without values that are not there. */
export function entered(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}

/** What somebody set: a form fills in defaults by itself, and those stay the plugin's to change. */
export function chosenOf(schema: RJSFSchema, before: Settings, after: Settings): Settings {
  const isDefault = (name: string, value: unknown) => {
    const property = schema.properties?.[name];
    const or = typeof property === 'object' ? property.default : undefined;
    return JSON.stringify(or) === JSON.stringify(value) || (or === undefined && JSON.stringify(value) === '[]');
  };
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => value !== undefined && (name in before || !isDefault(name, value))),
  );
}

/** Wrong fields below a pointer, told from there. */
export function errorsUnder<T extends { pointer: string; detail: string }>(
  prefix: string,
  errors: readonly T[] | undefined,
): { pointer: string; detail: string }[] {
  return (errors ?? [])
    .filter(({ pointer }) => pointer === prefix || pointer.startsWith(`${prefix}/`))
    .map(({ pointer, detail }) => ({ pointer: pointer.slice(prefix.length), detail }));
}
