/** Installs the dependencies when they are missing or are not those of package-lock.json. Plain Node 20, no imports. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder; every tool works from here. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The project's own Node 24, whatever started this. */
export const node24 = join(root, 'node_modules/.bin/node');

const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules/.loom-installed');

/** Makes `node_modules` match package-lock.json and checks that `node24` runs. Throws when it cannot. */
export function ensureInstalled() {
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (readOr(stampFile, '') !== wanted) {
    if (!isInstalledBesidesStamp()) install();
    writeFileSync(stampFile, wanted);
  }
  requireNode24();
}

/** Runs a tool's work; a failure is one message on standard error and exit code 1, without a stack. */
export async function tool(work) {
  try {
    await work();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

/** The environment in which `node` and the tools of node_modules come first. */
export function withOwnNode(more = {}) {
  return { ...process.env, ...more, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH ?? ''}` };
}

/** npm keeps its own record of what it installed: equal entries mean that npm was run by hand. */
function isInstalledBesidesStamp() {
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  const wanted = packagesOf(lockFile);
  if (installed === undefined || wanted === undefined) return false;
  const isSame = (path) => installed[path]?.version === wanted[path].version;
  const isNeedless = (path) => path === '' || wanted[path].optional || wanted[path].link;
  return (
    Object.keys(wanted).every((path) => isNeedless(path) || isSame(path)) &&
    Object.keys(installed).every((path) => path in wanted && isSame(path))
  );
}

function packagesOf(file) {
  const text = readOr(file, '');
  return text === '' ? undefined : JSON.parse(text).packages;
}

function install() {
  console.log('Installing dependencies (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('npm ci failed, see above.');
}

function requireNode24() {
  const { stdout } = spawnSync(node24, ['--version'], { encoding: 'utf8' });
  if (stdout?.startsWith('v24.')) return;
  const why = existsSync(node24) ? `it prints ${stdout ?? 'nothing'}` : 'it is missing';
  throw new Error(
    `The project's own Node 24 does not run (${why}). Delete node_modules and start again with optional packages on.`,
  );
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
