/** Runs a compiled tool on the project's Node, with everything installed and built that it needs; ends as it ends. */
import { spawn } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

export async function runBuilt(entry, ...first) {
  process.chdir(root);
  await tool(() => {
    ensureInstalled();
    ensureBuilt();
  });
  const args = ['--enable-source-maps', entry, ...first, ...process.argv.slice(2)];
  const child = spawn(node24, args, { stdio: 'inherit', env: withOwnNode() });
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}
