/** `npm run dev`: like `npm start`, but recompiles on every change and restarts the platform. */
import { spawn } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

process.chdir(root);
await tool(() => {
  ensureInstalled();
  ensureBuilt();
});

const tsc = ['node_modules/typescript/bin/tsc', '-p', '.', '--watch', '--preserveWatchOutput'];
const compiler = spawn(node24, tsc, { stdio: ['ignore', 'inherit', 'inherit'] });
const main = spawn(node24, ['--enable-source-maps', 'dist/tools/start/main.js'], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: withOwnNode({ LOOM_START_WATCH: 'true' }),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => main.kill(signal));
main.on('exit', (code) => {
  compiler.kill();
  process.exit(code ?? 1);
});
