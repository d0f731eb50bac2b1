/** `npm start`: installs and builds what is missing, then hands over to tools/start/main.ts on the project's Node. */
import { spawn } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

process.chdir(root);
await tool(() => {
  ensureInstalled();
  ensureBuilt();
});

// The channel tells main when this process is killed, so that it does not live on unseen.
const main = spawn(node24, ['--enable-source-maps', 'dist/tools/start/main.js', ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: withOwnNode(),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => main.kill(signal));
main.on('exit', (code, signal) => process.exit(signal === null ? code : 1));

// npm does not take its scripts along when it is killed itself.
const npm = process.ppid;
const watch = () => process.ppid !== npm && main.kill('SIGTERM');
if (process.env.npm_lifecycle_event === 'start') setInterval(watch, 1_000).unref();
