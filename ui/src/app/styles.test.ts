import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const sources = import.meta.glob<string>('../**/*.tsx', { query: '?raw', import: 'default', eager: true });
const styles = readFileSync('src/app/mantine.css', 'utf8');
const styled = new Set(
  readdirSync('node_modules/@mantine/core/styles')
    .filter((name) => /^[A-Z]\w*\.css$/.test(name))
    .map((name) => name.replace('.css', '')),
);

it('has the styles of every component that is used', () => {
  const imports = Object.values(sources).flatMap((source) => /import \{([^}]*)\} from '@mantine\/core'/.exec(source)?.[1]?.split(',') ?? []);
  const used = new Set(imports.map((name) => name.replace(/\btype\b/, '').trim()).filter((name) => styled.has(name)));
  expect(used.size).toBeGreaterThan(20);
  expect([...used].filter((name) => !styles.includes(`/${name}.css'`))).toEqual([]);
});
