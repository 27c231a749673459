// Called by bundles/web: node tools/maven.mjs build|test. Does again only what its sources ask for. Runs on any Node
// from 16 on; where that is too old for the tools, a newer one comes from the registry.
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
      .filter((name) => name !== 'node_modules')
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

/** Older ones do not run the tools, and their npm leaves out what is made for newer ones. */
function isOld(version) {
  const [major, minor] = version.slice(1).split('.').map(Number);
  return major < 20 || (major === 20 && minor < 19);
}

let path = process.env.PATH;

function npm(folder, ...args) {
  const { status, error } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit', env: { ...process.env, CI: 'true', PATH: path } });
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

if (isOld(process.version)) {
  const own = join(root, 'tools', 'node');
  unlessDone('tools/node/node_modules/.vigil-installed', ['tools/node/package-lock.json'], () => npm(own, 'ci'));
  path = join(own, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin') + delimiter + path;
}
unlessDone('node_modules/.vigil-installed', lock, () => npm(root, 'ci', '--no-audit', '--no-fund'));
if (process.argv[2] === 'build') unlessDone('dist/.vigil-built', sources, () => npm(root, 'run', '--silent', 'build'));
else if (process.argv[2] === 'test') unlessDone('node_modules/.vigil-tested', sources, () => npm(root, 'test', '--silent'));
else {
  process.stderr.write('usage: node tools/maven.mjs build|test\n');
  process.exit(2);
}
