/** `npm start`: installs and builds what is missing, then hands over to tools/start/main.ts on the project's Node. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

process.chdir(root);
await tool(() => {
  ensureInstalled();
  ensureBuilt();
});

// The channel closes when this process is killed, on which main stops the platform.
const main = spawn(node24, ['--enable-source-maps', 'dist/tools/start/main.js', ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: withOwnNode(),
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => main.kill(signal));
main.on('exit', (code, signal) => process.exit(signal === null ? code : 1));

// A killed npm does not end its scripts; between npm and this there may be a shell.
const [shell, npm] = [parentOf(process.pid), parentOf(process.ppid)];
const isBehindShell = /(^|\/)(ba|da)?sh$/.test(nameOf(process.ppid));
const isOrphan = () => process.ppid !== shell || (isBehindShell && parentOf(shell) !== npm);
if (process.env.npm_lifecycle_event === 'start') setInterval(() => isOrphan() && main.kill('SIGTERM'), 250).unref();

function parentOf(pid) {
  return Number(ask('ppid=', pid)) || process.ppid;
}

function nameOf(pid) {
  return ask('comm=', pid);
}

function ask(field, pid) {
  if (process.platform === 'linux') return askLinux(field, pid);
  return spawnSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** Reads /proc: starts no process, and works where there is no `ps`. */
function askLinux(field, pid) {
  try {
    const [, name, parent] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return field === 'comm=' ? name : parent;
  } catch {
    return '';
  }
}
