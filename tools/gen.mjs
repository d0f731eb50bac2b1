/** `npm run gen`: writes what docs/ says from the code; `npm run gen -- --check` only compares, and fails on a difference. */
import { spawnSync } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

process.chdir(root);
await tool(() => {
  ensureInstalled();
  ensureBuilt();
});
const main = ['--enable-source-maps', 'dist/tools/gen/main.js', ...process.argv.slice(2)];
const { status } = spawnSync(node24, main, { stdio: 'inherit', env: withOwnNode() });
process.exit(status ?? 1);
