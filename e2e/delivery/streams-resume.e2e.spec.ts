import { privateServers, type PrivateServers } from '#libs/local-servers';
import { newWorkplace, Person, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { Reader, versionsOf } from '../support/readers.js';
import { StreamListener } from '../support/stream.js';

const READERS = 200;
const FLAGS = ['resume.a', 'resume.b', 'resume.c'];
const SWITCH = 'resume_stop';

/** The changes, by the answers of the management API. */
interface Done {
  readonly enabled: Map<string, boolean>;
  readonly flagVersions: number[];
  readonly switchVersions: number[];
  isStopped: boolean;
}

/** Two streaming processes, each behind a gateway; the second starts while changes go on. */
describe('streams that resume', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let admin: Person;
  const readers: Reader[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Resume');
    admin = await Person.signIn(platform);
    await work.person.must('POST', '/environments', { name: 'stage' });
    for (const key of FLAGS) await work.person.must('POST', '/flags', { key, name: key, type: 'boolean' });
    await admin.must('POST', '/api/admin/kill-switches', { key: SWITCH, name: 'Stop', linked_flag_keys: FLAGS });
  }, 120_000);
  afterAll(async () => {
    for (const reader of readers) reader.close();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const instance = async (name: string) => {
    const streaming = await platform.add('streaming', { LOOM_INSTANCE: name });
    const gateway = await platform.add('gateway', { LOOM_STREAMING_URL: streaming.url });
    return { streaming, url: gateway.url };
  };

  /** One change after the other, in `dev` and elsewhere, of the organization and of the platform, until it is stopped. */
  async function change(done: Done): Promise<void> {
    for (let i = 1; !done.isStopped; i += 1) {
      const key = FLAGS[i % FLAGS.length]!;
      const enabled = Math.floor(i / FLAGS.length) % 2 === 0;
      if (i % 5 === 0) await work.person.must('PATCH', `/flags/${key}/configs/stage`, { enabled: i % 10 === 0 });
      const { headers } = await work.person.ask('PATCH', `/flags/${key}/configs/dev`, { enabled });
      if (done.enabled.get(key) !== enabled) done.flagVersions.push(versionsOf(headers.get('loom-version')!).org);
      done.enabled.set(key, enabled);
      if (i % 7 !== 0) continue;
      const [act, body] = i % 14 === 0 ? ['deactivate', {}] : ['activate', { reason: 'test' }];
      const { headers: thrown } = await admin.ask('POST', `/api/admin/kill-switches/${SWITCH}/${act}`, body);
      done.switchVersions.push(versionsOf(thrown.get('loom-version')!).platform);
    }
  }

  it('miss nothing when their process is killed and they resume at one that has just started', async () => {
    const first = await instance('a');
    const done: Done = {
      enabled: new Map(FLAGS.map((key) => [key, false])),
      flagVersions: [],
      switchVersions: [],
      isStopped: false,
    };
    const urls = [first.url];
    for (let i = 0; i < READERS; i += 1) readers.push(new Reader({ urls, key: work.keys.dev.client, resume: true }));
    await until(() => readers.every(({ beginnings }) => beginnings.length === 1), 30_000);

    const changing = change(done);
    await until(() => done.flagVersions.length > 20, 30_000);
    const second = await instance('b');
    urls.splice(0, 1, second.url);
    await first.streaming.program.kill9();
    await until(() => readers.every(({ beginnings }) => beginnings.length >= 2), 30_000);
    const reached = done.flagVersions.length;
    await until(() => done.flagVersions.length > reached + 20, 30_000);
    done.isStopped = true;
    await changing;

    const lastFlag = done.flagVersions.at(-1);
    const lastSwitch = done.switchVersions.at(-1);
    const isThrough = (one: Reader): boolean =>
      one.flagVersions.at(-1) === lastFlag && one.switchVersions.at(-1) === lastSwitch;
    await until(() => readers.every(isThrough), 15_000);
    for (const reader of readers) {
      expect(reader.falls).toEqual([]);
      expect(reader.beginnings).toEqual(['init', 'resumed']);
      expect(reader.flagVersions).toEqual(done.flagVersions);
      expect(reader.switchVersions).toEqual(done.switchVersions);
    }
    const fresh = new Reader({ urls: [second.url], key: work.keys.dev.client });
    readers.push(fresh);
    await until(() => fresh.beginnings.length === 1);
    const truth = [...done.enabled].toSorted();
    for (const { enabled, switches } of readers) {
      expect([...enabled].toSorted()).toEqual(truth);
      expect(switches).toEqual(fresh.switches);
    }
  }, 180_000);

  it('begin with the full state for an invalid id, and refuse documents to client keys', async () => {
    const ask = (query: string, key: string, id: string) =>
      fetch(`${platform.baseUrl}/api/flags/stream${query}`, {
        headers: { authorization: `Bearer ${key}`, 'last-event-id': id },
        signal: AbortSignal.timeout(10_000),
      });
    const first = async (query: string, key: string, id: string): Promise<string> => {
      const reader = (await ask(query, key, id)).body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      const begin = await until(async () => (text += (await reader.read()).value ?? '').match(/event: (\w+)\n/)?.[1]);
      await reader.cancel();
      return begin;
    };
    const { server, client } = work.keys.dev;

    for (const id of ['', 'nonsense', '0000000a1.0.1', 'zzzzzzzzz.9.9', '../../etc', '0000000a1.1.-1']) {
      expect(await first('?resume=true', client, id)).toBe('init');
    }
    expect((await ask('?payload=ruleset', client, '')).status).toBe(403);
    expect((await ask('?payload=all', server, '')).status).toBe(400);
    expect((await ask('?resume=maybe', server, '')).status).toBe(400);
  }, 60_000);

  it('carry the documents for server keys that ask', async () => {
    const url = `${platform.baseUrl}/api/flags/stream?payload=ruleset`;
    const listener = await StreamListener.open(url, work.keys.dev.server);
    const init = await until(() => listener.find('init'));
    await work.person.must('PATCH', `/flags/${FLAGS[0]}`, { name: 'Another', variants: [
      { name: 'off', value: false }, { name: 'on', value: true }, { name: 'new', value: true },
    ] }); // prettier-ignore
    const { data } = await until(() => listener.find('flag.updated'));
    listener.close();

    expect(init.data.data).toMatchObject({ environment: { name: 'dev' }, platform: [{ key: SWITCH }] });
    expect((init.data.data['organization'] as { key: string }[]).map(({ key }) => key)).toEqual(
      expect.arrayContaining(FLAGS),
    );
    expect(data.data['changes']).toMatchObject([
      { scope: 'organization', ref: `flag:${FLAGS[0]}`, document: { kind: 'flag' } },
    ]);
  }, 60_000);
});
