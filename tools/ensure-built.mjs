/** Compiles the sources to dist/ when one of them changed since the last build. Plain Node 20, no imports. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root } from './ensure-installed.mjs';

const sourceFolders = ['apps', 'libs', 'tools', 'e2e', 'bench', 'conformance'];
const stampFile = join(root, 'dist/.built');

/** Makes dist/ match the sources. Throws when they do not compile. */
export function ensureBuilt() {
  const sources = listSources();
  const hash = fingerprint([...sources, 'tsconfig.json', 'package-lock.json']);
  const last = lastBuild();
  if (last.hash === hash) return;
  console.log('Building …');
  removeOutputsOf(last.sources.filter((source) => !sources.includes(source)));
  const { status } = spawnSync(node24, ['node_modules/typescript/bin/tsc', '-p', '.'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('The sources do not compile, see above.');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ hash, sources }));
}

function listSources() {
  const all = sourceFolders.flatMap((folder) => {
    try {
      return readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path));
    } catch {
      return [];
    }
  });
  return all.filter((path) => /\.(ts|json)$/.test(path) && !path.includes('node_modules')).sort();
}

function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

/** A dist/ without its stamp is of unknown age: tsc would keep the outputs of sources that are gone. */
function lastBuild() {
  try {
    statSync(join(root, 'dist/.tsbuildinfo'));
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return { hash: '', sources: [] };
  }
}

function removeOutputsOf(sources) {
  for (const source of sources) {
    const output = join(root, 'dist', source.replace(/\.ts$/, '.js'));
    for (const file of [output, `${output}.map`]) rmSync(file, { force: true });
  }
}
