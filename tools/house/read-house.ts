import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { houseOf, type Commit, type House } from './house.js';

/** Its first commit is the first one with these rules: subjects of older commits stay as they are. */
const FIRST_FILE = 'tools/house/test-ratio.json';

/** The house below a folder: a checkout, or any folder with the same layout. */
export function readHouse(root: string): House {
  const hasHistory = existsSync(join(root, '.git'));
  const paths = (hasHistory ? trackedFiles(root) : undefined) ?? filesBelow(root);
  return houseOf(
    Object.fromEntries(paths.map((path) => [path, textOf(root, path)])),
    hasHistory ? openCommits(root) : [],
  );
}

function textOf(root: string, path: string): string {
  return /\.(ts|mjs|json|md)$/.test(path) ? readFileSync(join(root, path), 'utf8') : '';
}

/** Tracked files and new ones that are not ignored. */
function trackedFiles(root: string): readonly string[] | undefined {
  const listed = git(root, 'ls-files', '--cached', '--others', '--exclude-standard', '-z');
  const paths = listed?.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  return paths === undefined ? undefined : [...new Set(paths)];
}

const IGNORED = new Set(['node_modules', 'dist', '.git', '.loom', 'coverage']);

function filesBelow(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** Commits since these rules exist that are on no remote branch: only they can still be changed. None without history. */
function openCommits(root: string): readonly Commit[] {
  const first = git(root, 'log', '--diff-filter=A', '--format=%H', '--', FIRST_FILE)?.trim().split('\n').at(-1);
  if (first === undefined || first === '') return [];
  const log = git(root, 'log', '--no-merges', '--format=%h %s', `${first}..HEAD`, '--not', '--remotes');
  return (log ?? '').split('\n').flatMap((line) => {
    const [, hash, subject] = /^(\S+) (.*)$/.exec(line) ?? [];
    return hash === undefined || subject === undefined ? [] : [{ hash, subject }];
  });
}

/** Its output, or undefined when git is not there or fails. */
function git(root: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? stdout : undefined;
}
