// Called by bundles/web: node tools/maven.mjs build|test. Does again only what its sources ask for. Runs on any Node
// from 16 on; npm's scripts then run on the Node of node_modules.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = ['package-lock.json', '.npmrc'];
const sources = [...lock, 'package.json', 'index.html', 'vite.config.ts', 'tsconfig.json', 'eslint.config.js', 'src', 'public', 'tools'];

function filesOf(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  try {
    return readdirSync(full)
      .sort()
      .flatMap((name) => filesOf(join(path, name)));
  } catch (problem) {
    if (problem.code !== 'ENOTDIR') throw problem;
    return [path];
  }
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesOf)) {
    hash.update(file).update('\0').update(readFileSync(join(root, file))).update('\0');
  }
  return hash.digest('hex');
}

/** The Node that the lock brings, for systems whose own is too old; older npms do not link it. */
function pathWithNode() {
  const own = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin');
  return existsSync(own) ? own + delimiter + process.env.PATH : process.env.PATH;
}

function npm(...args) {
  const env = { ...process.env, CI: 'true', PATH: pathWithNode() };
  const { status, error } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', env });
  if (error?.code === 'ENOENT') process.stderr.write('npm is not installed\n');
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs `work` unless `stamp` says that it was done for the same sources. */
function unlessDone(stamp, paths, work) {
  const file = join(root, stamp);
  const wanted = digest(paths);
  if (existsSync(file) && readFileSync(file, 'utf8') === wanted) return;
  work();
  writeFileSync(file, wanted);
}

unlessDone('node_modules/.vigil-installed', lock, () => npm('ci', '--no-audit', '--no-fund'));
if (process.argv[2] === 'build') unlessDone('dist/.vigil-built', sources, () => npm('run', '--silent', 'build'));
else if (process.argv[2] === 'test') unlessDone('node_modules/.vigil-tested', sources, () => npm('test', '--silent'));
else {
  process.stderr.write('usage: node tools/maven.mjs build|test\n');
  process.exit(2);
}
