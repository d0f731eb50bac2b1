import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftover } from './leftovers.js';
import { birthOf, isAlive, signal, waitUntilGone } from '../process/processes.js';
import { startRedis } from '../redis/redis.js';
import { makeTestRoot, removeTestRoot, sweepTestRoots } from '../private/test-root.js';

describe('what a killed starter left behind', () => {
  let root: string;
  beforeEach(async () => {
    root = await makeTestRoot();
  });
  afterEach(() => removeTestRoot(root));

  it('is ended and removed when its starter is dead', async () => {
    const redis = await startRedis({ dataDir: join(root, 'redis') });
    await sign(root, { pid: await pidOfTheDead(), birth: 'long ago' });

    await sweepTestRoots();

    expect(isAlive(redis.pid)).toBe(false);
    expect(existsSync(root)).toBe(false);
  });

  it('is left alone while its starter lives', async () => {
    const redis = await startRedis({ dataDir: join(root, 'redis') });

    await sweepTestRoots();

    expect(isAlive(redis.pid)).toBe(true);
    await redis.stop();
  });

  it('counts as left behind when another process has the id of its starter by now', async () => {
    await sign(root, { pid: process.pid, birth: `not ${birthOf(process.pid)}` });

    await sweepTestRoots();

    expect(existsSync(root)).toBe(false);
  });

  it('never includes a process that a stale pid file names by accident', async () => {
    const stranger = spawn('sleep', ['60'], { cwd: '/' });
    const dir = join(root, 'redis');
    await mkdir(dir);
    await writeFile(join(dir, 'redis.pid'), String(stranger.pid));

    const ended = await endLeftover(join(dir, 'redis.pid'), dir, 'SIGKILL');

    expect(ended).toBeUndefined();
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    stranger.kill();
  });
});

function sign(root: string, starter: { pid: number; birth: string }): Promise<void> {
  return writeFile(join(root, 'starter.json'), JSON.stringify(starter));
}

async function pidOfTheDead(): Promise<number> {
  const short = spawn('sleep', ['60']);
  const pid = short.pid ?? 0;
  signal(pid, 'SIGKILL');
  await waitUntilGone(pid, 5_000);
  return pid;
}
