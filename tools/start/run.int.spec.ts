import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isPortFree } from '#libs/local-servers';
import type { Credentials } from './credentials.js';
import { runPlatform } from './run.js';
import { readSettings } from './settings.js';

const programs = { prepare: 'tools/start/fixtures/prepare.mjs', standalone: 'tools/start/fixtures/platform.mjs' };

describe('npm start, with a fake platform', () => {
  let dataDir: string;
  let port: number;
  const lines: string[] = [];
  const running: Running[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'loom-start-'));
    // Postgres runs as another user when tests run as root.
    await chmod(dataDir, 0o711);
    port = await freePort();
    lines.length = 0;
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop().catch(() => undefined)));
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = (more: Partial<typeof programs> = {}, env: NodeJS.ProcessEnv = {}): Running => {
    const settings = readSettings({ ...env, LOOM_DATA_DIR: dataDir, LOOM_HTTP_PORT: String(port) });
    const stopping = new AbortController();
    const print = (line: string): void => void lines.push(line);
    const ended = runPlatform({ settings, programs: { ...programs, ...more }, stop: stopping.signal, print });
    // Tests await it later: a rejection before that is not an unhandled one.
    ended.catch(() => undefined);
    const stop = (): Promise<void> => (stopping.abort(), ended);
    running.push({ ended, stop });
    return { ended, stop };
  };
  const printed = async (words: string): Promise<void> => {
    while (!lines.some((line) => line.includes(words))) await sleep(20);
  };
  const change = (what: string, body: unknown) =>
    fetch(`http://localhost:${port}/${what}`, { method: 'POST', body: JSON.stringify(body) });
  const credentials = async (): Promise<Credentials> =>
    JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as Credentials;

  it('starts everything, seeds once, and uses the same data after a stop', async () => {
    const first = start();
    await printed('Loom is ready');
    const before = await credentials();
    await first.stop();
    lines.length = 0;

    const second = start();
    await printed('Loom is ready');

    expect(await credentials()).toEqual(before);
    expect(before).toMatchObject({ base_url: `http://localhost:${port}`, org: { slug: 'demo' } });
    expect((await stat(join(dataDir, 'credentials.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    await second.stop();
    expect(await isPortFree(port)).toBe(true);
    expect(existsSync(join(dataDir, 'start.json'))).toBe(false);
  });

  it('makes new keys for the same organization when the credentials were not written before a crash', async () => {
    const first = start();
    await printed('Loom is ready');
    const before = await credentials();
    await first.stop();
    await rm(join(dataDir, 'credentials.json'));
    lines.length = 0;

    const second = start();
    await printed('Loom is ready');

    const after = await credentials();
    expect(after.org).toEqual(before.org);
    expect(after.keys.flags.dev.server).not.toBe(before.keys.flags.dev.server);
    await second.stop();
  });

  it('replaces only the key that was revoked, and prints which', async () => {
    const first = start();
    await printed('Loom is ready');
    const before = await credentials();
    await change('revoke', { key: before.keys.analytics.rw });
    await first.stop();
    lines.length = 0;

    const second = start();
    await printed('Loom is ready');

    const after = await credentials();
    expect(after.keys.analytics.rw).not.toBe(before.keys.analytics.rw);
    expect(after).toEqual({ ...before, keys: { ...before.keys, analytics: after.keys.analytics } });
    expect(after.keys.analytics.write).toBe(before.keys.analytics.write);
    expect(lines).toContain('The key "Demo analytics" was revoked or has expired; a new one was made.');
    await second.stop();
  });

  it('goes on after the password was changed, prints that, and keeps no credential that does not work', async () => {
    const first = start();
    await printed('Loom is ready');
    const before = await credentials();
    await change('password', { password: 'of a person' });
    await change('revoke', { key: before.keys.flags.dev.client });
    await first.stop();
    lines.length = 0;

    const second = start();
    await printed('Loom is ready');

    const { admin, keys, org } = await credentials();
    expect([admin.password, keys.flags.dev.client, keys.flags.dev.server]).toEqual([
      null,
      null,
      before.keys.flags.dev.server,
    ]);
    expect(org).toEqual(before.org);
    expect(lines.some((line) => line.includes(`The password of ${admin.email} was changed`))).toBe(true);
    expect(lines.some((line) => line.startsWith('The key "Demo dev client" was revoked'))).toBe(true);
    await second.stop();
  });

  it('takes the password of the admin from a file', async () => {
    const file = join(dataDir, 'password');
    await writeFile(file, 'a password in a file\n');
    const run = start({}, { LOOM_ADMIN_PASSWORD_FILE: file });
    await printed('Loom is ready');

    expect((await credentials()).admin.password).toBe('a password in a file');
    await run.stop();
  });

  it('sends nothing to another program that answers on its port', async () => {
    const standalone = join(dataDir, 'other.mjs');
    await writeFile(
      standalone,
      `import { createServer } from 'node:http';
       createServer((request, response) => {
         if (request.method === 'POST') console.log('received a secret');
         response.end('{"status":"healthy"}');
       }).listen(Number(process.env.LOOM_HTTP_PORT), '127.0.0.1');`,
    );

    await expect(start({ standalone }).ended).rejects.toThrow('answered by another program');
    expect(await readFile(join(dataDir, 'loom.log'), 'utf8')).not.toContain('received a secret');
  });

  it('restarts a platform that dies', async () => {
    const run = start();
    await printed('Loom is ready');

    await fetch(`http://localhost:${port}/crash`, { method: 'POST' }).catch(() => undefined);
    await printed('standalone ended unexpectedly (exit code 3)');

    while (await isPortFree(port)) await sleep(20);
    await run.stop();
    expect(await isPortFree(port)).toBe(true);
  });

  it('refuses to run twice in the same data folder', async () => {
    const first = start();
    await printed('Loom is ready');

    await expect(start().ended).rejects.toThrow(`already running here (process ${process.pid})`);

    await first.stop();
  });

  it('ends with the reason and leaves nothing running when the preparation fails', async () => {
    const prepare = join(dataDir, 'broken.mjs');
    await writeFile(prepare, `console.log('migration 7 is broken'); process.exit(1);`);

    await expect(start({ prepare }).ended).rejects.toThrow('migration 7 is broken');

    const ports = JSON.parse(await readFile(join(dataDir, 'ports.json'), 'utf8')) as Record<string, number>;
    for (const each of Object.values(ports)) expect(await isPortFree(each)).toBe(true);
  });

  it('gives up with the last lines of a platform that never becomes ready', async () => {
    const standalone = join(dataDir, 'hopeless.mjs');
    await writeFile(standalone, `console.log('no such table'); process.exit(1);`);

    await expect(start({ standalone }).ended).rejects.toThrow('no such table');
  });

  it('reports a port that another program uses', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');

    await expect(start().ended).rejects.toThrow(`Port ${port} is taken`);

    other.close();
  });
});

interface Running {
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}
