import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.js';
import { isAlive, waitUntilGone } from './processes.js';
import { Program } from './program.js';
import { Supervisor } from './supervisor.js';

/** The kernel's death signal needs a program that Linux has. */
const ways = existsSync('/usr/bin/setpriv') ? ['disconnect', 'kill'] : ['disconnect'];
const forever = 'setInterval(() => 0, 1e6)';

describe('child processes', () => {
  let folder: string;
  const started: Child[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loom-child-'));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((child) => child.kill9()));
    await rm(folder, { recursive: true, force: true });
  });

  const program = async (source: string, options: Partial<ConstructorParameters<typeof Program>[0]> = {}) => {
    const entry = join(folder, 'program.mjs');
    await writeFile(entry, source);
    const made = new Program({ entry, ...options });
    started.push(made);
    return made;
  };

  it('keep what they wrote, and report their exit code', async () => {
    const child = await program(`console.log('out'); console.error('err'); process.exitCode = 3;`);

    await expect(child.exited).resolves.toEqual({ code: 3, how: 'exit code 3' });
    expect(child.output).toContain('out');
    expect(child.output).toContain('err');
    expect(child.isRunning).toBe(false);
  });

  it('end by SIGTERM, and by SIGKILL when they ignore it', async () => {
    const polite = await program(`process.on('SIGTERM', () => process.exit(0)); process.send('up'); ${forever}`);
    await polite.message();
    const stubborn = await program(`process.on('SIGTERM', () => 0); process.send('up'); ${forever}`);
    await stubborn.message();

    await expect(polite.stop()).resolves.toMatchObject({ code: 0 });
    await expect(stubborn.stop('SIGTERM', 100)).resolves.toMatchObject({ how: 'signal SIGKILL' });
    await expect(stubborn.stop()).resolves.toMatchObject({ how: 'signal SIGKILL' });
    expect(isAlive(stubborn.pid)).toBe(false);
  });

  it('are waited for until they are ready, and reported with their last lines when they end before', async () => {
    const ready = await program(forever);
    await expect(ready.untilReady(async () => true, 1_000)).resolves.toBeUndefined();

    const broken = await program(`console.log('no such table'); process.exitCode = 1;`);
    await expect(broken.untilReady(async () => false, 60_000)).rejects.toThrow(
      /ended while starting \(exit code 1\):\nno such table/,
    );
  });

  it('are reported when they cannot be started at all', async () => {
    const child = new Child({
      name: 'nothing',
      file: join(folder, 'nothing'),
      args: [],
      env: {},
      output: 'memory',
      onParentDeath: 'continue',
    });

    await expect(child.untilReady(async () => false, 60_000)).rejects.toThrow('ENOENT');
    await expect(child.stop()).resolves.toMatchObject({ code: null });
  });

  it('append to a log file that only its owner may read', async () => {
    const logFile = join(folder, 'log');
    const child = await program(`console.log('into the file');`, { output: { logFile }, onParentDeath: 'continue' });
    await child.exited;

    await expect(readFile(logFile, 'utf8')).resolves.toBe('into the file\n');
    await expect(child.lastLines()).resolves.toBe('into the file');
  });

  it.each(ways)('do not outlive a parent that is killed: %s', async (onParentDeath) => {
    const modules = new URL('../../../../dist/libs/local-servers/src/process/child.js', import.meta.url).href;
    const parent = join(folder, 'parent.mjs');
    const script = `process.on('disconnect', () => process.exit(0)); ${forever}`;
    await writeFile(
      parent,
      `import { Child } from '${modules}';
       const args = ['-e', ${JSON.stringify(script)}];
       const options = { name: 'x', file: process.execPath, args, env: {}, output: 'memory' };
       console.log(new Child({ ...options, onParentDeath: '${onParentDeath}' }).pid);`,
    );
    const other = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(other.stdout, 'data')) as [Buffer];
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);

    other.kill('SIGKILL');

    await expect(waitUntilGone(pid, 5_000)).resolves.toBe(true);
  });

  it('are started again by a supervisor until it is stopped', async () => {
    const deaths: string[] = [];
    const supervisor = new Supervisor({
      start: () => program(`process.send('up'); ${forever}`),
      onDeath: (how) => deaths.push(how),
      firstWaitMs: 10,
      maxWaitMs: 10,
    });
    await supervisor.launch();
    await started[0]!.kill9();
    while (started.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await started[1]!.message();

    await supervisor.stop();

    expect(deaths).toEqual(['signal SIGKILL']);
    expect(started.filter(({ isRunning }) => isRunning)).toEqual([]);
  });

  it('are given up by a supervisor after too many deaths, with their last lines', async () => {
    const supervisor = new Supervisor({
      start: () => program(`console.log('migration 7 is missing'); process.exitCode = 1;`),
      onDeath: () => undefined,
      firstWaitMs: 10,
      maxWaitMs: 10,
    });
    await supervisor.launch();

    await expect(supervisor.ready('http://127.0.0.1:1', { maxDeaths: 2 })).rejects.toThrow('does not come up');
    await supervisor.stop();
  });
});
