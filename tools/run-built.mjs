/** Runs a compiled tool on the project's Node, with everything installed and built that it needs; ends as it ends. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

/** The arguments of the command line, with paths of files as seen from the caller's folder. */
export function withPaths(args) {
  return args.map((arg) => (arg.startsWith('-') ? arg : resolve(arg)));
}

export async function runBuilt(entry, args = process.argv.slice(2)) {
  process.chdir(root);
  await tool(() => {
    ensureInstalled();
    ensureBuilt();
  });
  const child = spawn(node24, ['--enable-source-maps', entry, ...args], { stdio: 'inherit', env: withOwnNode() });
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}
