import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsUsers } from '#libs/contracts';
import { deployables, jobs } from './deployables.js';

describe('deploy/secrets.sh', () => {
  let dir: string;
  const file = (name: string): string => join(dir, 'secrets', name);
  const make = (env: NodeJS.ProcessEnv = {}): void => {
    execFileSync('sh', ['deploy/secrets.sh', join(dir, 'secrets')], {
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'loom-secrets-'));
    make();
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it.each([...deployables, ...jobs])('gives $name every file that it reads, and no other', ({ name, secrets }) => {
    const there = execFileSync('ls', [file(name)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(there).toEqual(Object.values(secrets).toSorted());
  });

  it('can be entered by its owner alone', () => {
    expect(statSync(file('')).mode & 0o777).toBe(0o700);
  });

  it('keeps existing files, and accepts addresses of servers elsewhere', async () => {
    const before = await readFile(file('flags/nats-url'), 'utf8');
    make({ POSTGRES_URL: 'postgres://admin:pw@db.example.com/loom?sslmode=require' });
    expect(await readFile(file('flags/nats-url'), 'utf8')).toBe(before);
    expect(await readFile(file('flags/postgres-url'), 'utf8')).toBe('postgres://db.example.com/loom?sslmode=require\n');
    expect(await readFile(file('migrations/postgres-url'), 'utf8')).toContain('admin:pw@');
  });

  it('has a password for every NATS user: the server accepts the configuration, alone and as one of three', async () => {
    const passwords = await readFile(file('nats/passwords.conf'), 'utf8');
    expect(passwords.match(/^PASSWORD_\w+/gm)?.length).toBe(natsUsers().length);
    for (const cluster of ['k8s/base/nats/cluster.conf', 'k8s/overlays/production/cluster.conf']) {
      const folder = await natsFolder(cluster);
      execFileSync('nats-server', ['-c', join(folder, 'nats.conf'), '-t'], {
        env: { ...process.env, POD_NAME: 'nats-0' },
        timeout: 20_000,
      });
    }
  });

  async function natsFolder(cluster: string): Promise<string> {
    const folder = await mkdtemp(join(dir, 'nats-'));
    for (const name of ['nats.conf', 'users.conf']) await cp(`k8s/base/nats/${name}`, join(folder, name));
    for (const name of ['passwords.conf', 'routes.conf']) await cp(file(`nats/${name}`), join(folder, name));
    await cp(cluster, join(folder, 'cluster.conf'));
    const conf = await readFile(join(folder, 'nats.conf'), 'utf8');
    expect(conf).toContain('sync_interval: always');
    expect(conf).toContain('max_payload: 8MB');
    // Debian's 2.9 does not know the field; everything else is as it is deployed.
    await writeFile(
      join(folder, 'nats.conf'),
      conf.replace(/^ *sync_interval.*$/m, '').replace('/data', join(folder, 'data')),
    );
    expect(existsSync(join(folder, 'users.conf'))).toBe(true);
    return folder;
  }
});
