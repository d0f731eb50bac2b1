/**
 * `npm run gen`: writes the generated files, and raises the committed ratios of tests to sources; `npm run gen -- --check` only
 * compares the generated files, and fails on a difference.
 */
import { spawnSync } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

process.chdir(root);
await tool(() => {
  ensureInstalled();
  ensureBuilt();
});
const args = process.argv.slice(2);
const status = run('gen', ...args);
process.exit(status === 0 && !args.includes('--check') ? run('house', '--raise') : status);

function run(name, ...rest) {
  const main = ['--enable-source-maps', `dist/tools/${name}/main.js`, ...rest];
  return spawnSync(node24, main, { stdio: 'inherit', env: withOwnNode() }).status ?? 1;
}
