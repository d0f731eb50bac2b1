import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newWorkplace, Person, type Platform, platformEnv, startPlatform, until, type Workplace } from '#libs/testing';
import { bearer, call, type PrivateServers, privateServers, Program } from '#libs/local-servers';
import { report } from '../support/report.js';
import { StreamListener } from '../support/stream.js';

const FLAG = 'restored.flag';
const LOST = 'lost.flag';

/** The management side is stopped and put back to an older backup, while an evaluator and a stream go on. */
describe('a restore from an older backup', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let again: Platform | undefined;
  let edge: Platform['add'];
  let work: Workplace;
  let folder: string;
  let evaluation: { url: string; program: Program };
  let streaming: { url: string; program: Program };

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    folder = await mkdtemp(join(tmpdir(), 'loom-backup-'));
    edge = platform.add;
    work = await newWorkplace(platform, 'Restore');
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    await work.person.must('PATCH', `/flags/${FLAG}/configs/dev`, on);
    [evaluation, streaming] = await Promise.all([edge('evaluation'), edge('streaming')]);
  }, 120_000);
  afterAll(async () => {
    try {
      await again?.stop();
      await platform?.stop();
    } finally {
      await servers?.stop();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  const on = { enabled: true, rules: [{ conditions: [], serve: { variant: 'on' } }] };
  const evaluate = (flag: string) =>
    call('POST', `${evaluation.url}/api/flags/evaluate`, { context: {}, flags: [flag] }, bearer(work.keys.dev.server));
  const values = async (flag: string): Promise<unknown[]> =>
    ((await evaluate(flag)).body['results'] as { value: unknown }[] | undefined)?.map(({ value }) => value) ?? [];
  const epochOf = (version: unknown): string => String(version).split('.')[0]!;

  async function tool(...args: string[]): Promise<string> {
    const program = new Program({ entry: 'dist/tools/backup/main.js', args, env: platformEnv(servers, folder) });
    if ((await program.exited).code !== 0) throw new Error(program.output);
    return program.output;
  }

  it('begins a new epoch, and within 5 s no reader keeps what the backup lacks', async () => {
    const file = join(folder, 'loom.dump');
    await until(async () => (await values(FLAG))[0] === true);
    await tool('backup', file);
    await work.person.must('POST', '/flags', { key: LOST, name: 'x', type: 'boolean' });
    await work.person.must('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: true, rules: [] });
    await until(async () => (await values(FLAG))[0] === false && (await values(LOST)).length === 1);
    const stream = await StreamListener.open(`${streaming.url}/api/flags/stream`, work.keys.dev.server);
    const before = (await until(() => stream.find('init'))).id;
    await expect(tool('restore', file)).rejects.toThrow('Services are connected');

    await platform.front.stop();
    await tool('restore', file);
    again = await startPlatform(servers, 'standalone');
    const began = performance.now();
    await until(async () => (await values(FLAG))[0] === true && (await values(LOST)).length === 0, 5_000);
    const init = await until(() => stream.messages.find(({ id }) => epochOf(id) > epochOf(before)), 5_000);
    report('after the restore every reader has the database’s state', performance.now() - began, 5_000);
    expect(init.event).toBe('init');
    expect(JSON.stringify(init.data)).not.toContain(LOST);
    const person = (await Person.signIn(again)).in(work.orgId);
    const written = await person.ask('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: true, rules: [] });
    expect(epochOf(written.headers.get('loom-version'))).toBe(epochOf(init.id));
    await until(async () => (await values(FLAG))[0] === false);
    stream.close();
  }, 120_000);
});
