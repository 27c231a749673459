import { describe, expect, it } from 'vitest';
import { languages } from '.';

const files = import.meta.glob<Record<string, unknown>>('./*/*.json', { eager: true, import: 'default' });

/** `signIn.title` → text, plural forms under their common name. */
function flat(texts: Record<string, unknown>, before = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value === 'string') all.set(before + name.replace(/_(zero|one|two|few|many|other)$/, ''), value);
    else for (const [key, text] of flat(value as Record<string, unknown>, `${before}${name}.`)) all.set(key, text);
  }
  return all;
}

const placeholders = (text: string) => [...new Set(text.match(/{{\s*[\w.]+/g) ?? [])].sort();

const areas = [...new Set(Object.keys(files).map((path) => path.split('/')[2] ?? ''))];

describe.each(areas)('%s', (file) => {
  const english = flat(files[`./en/${file}`] ?? {});

  it.each(languages)('is complete in %s', (language) => {
    const texts = flat(files[`./${language}/${file}`] ?? {});
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it.each(languages)('has the same placeholders in %s', (language) => {
    for (const [key, text] of flat(files[`./${language}/${file}`] ?? {})) {
      expect([key, placeholders(text)]).toEqual([key, placeholders(english.get(key) ?? '')]);
    }
  });
});
