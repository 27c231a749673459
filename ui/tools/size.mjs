// What a browser must fetch before it can show a page, compressed; more than the limit fails the build.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 400;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8'));

/** Pages that may be the first one, with all they import at once. */
const entries = ['index.html', 'src/live/LivePage.tsx'];
const english = Object.keys(manifest).filter((name) => name.startsWith('src/i18n/en/'));

function filesOf(names, seen = new Set(), files = new Set()) {
  for (const name of names) {
    const chunk = manifest[name];
    if (chunk === undefined || seen.has(name)) continue;
    seen.add(name);
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    filesOf(chunk.imports ?? [], seen, files);
  }
  return files;
}

let total = 0;
const rows = [];
for (const file of filesOf([...entries, ...english])) {
  const size = gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length;
  total += size;
  rows.push([size, file]);
}
for (const [size, file] of rows.sort(([a], [b]) => b - a).slice(0, 6)) {
  process.stdout.write(`${(size / 1000).toFixed(1).padStart(8)} kB  ${file}\n`);
}
process.stdout.write(`${(total / 1000).toFixed(1).padStart(8)} kB  first paint, gzip, of ${LIMIT_KB} allowed\n`);
if (total > LIMIT_KB * 1000) process.exit(1);
