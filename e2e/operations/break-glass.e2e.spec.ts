import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { bearer, call, type PrivateServers, privateServers, Program } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';
import { report } from '../support/report.js';
import { StreamListener } from '../support/stream.js';

const FLAG = 'checkout.new_flow';
const SWITCH = 'stop_checkout';

/** NATS is killed; an operator switches a kill switch from a terminal. */
describe('a kill switch without NATS', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let evaluators: readonly string[];
  let streams: readonly StreamListener[];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Broken glass');
    const rules = [{ conditions: [], serve: { variant: 'on' } }];
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    await work.person.must('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: true, rules });
    await work.person.must('POST', '/kill-switches', { key: SWITCH, name: 'x', linked_flag_keys: [FLAG] });
    const [evaluation, streaming] = await Promise.all([platform.add('evaluation'), platform.add('streaming')]);
    evaluators = [platform.baseUrl, evaluation.url];
    streams = await Promise.all(
      [platform.baseUrl, streaming.url].map((url) =>
        StreamListener.open(`${url}/api/flags/stream`, work.keys.dev.server),
      ),
    );
    await until(async () => (await values()).every((value) => value === true));
    await until(() => streams.every((stream) => stream.find('init')));
  }, 120_000);
  afterAll(async () => {
    for (const stream of streams ?? []) stream.close();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const evaluate = (url: string) =>
    call('POST', `${url}/api/flags/evaluate/${FLAG}`, { context: {} }, bearer(work.keys.dev.server));
  const values = async (): Promise<unknown[]> =>
    (await Promise.all(evaluators.map(evaluate))).map(({ body }) => body['value']);
  const allReceived = (event: string) => streams.every((stream) => stream.find(event));

  /** With the settings of the platform, as from its folder. */
  async function breakGlass(...args: string[]): Promise<{ code: number | null; output: string }> {
    const program = new Program({ entry: 'dist/tools/break-glass/main.js', args, env: platform.env });
    const { code } = await program.exited;
    return { code, output: program.output };
  }

  it('reaches every evaluator and stream within 5 s, and all other services once NATS is back', async () => {
    await servers.nats.kill9();
    expect(
      await breakGlass('kill-switch', 'no_such_switch', '--org', work.slug, '--reason', 'refund bug'),
    ).toMatchObject({
      code: 1,
      output: expect.stringContaining('There is no kill switch no_such_switch') as string,
    });
    expect(await breakGlass('kill-switch', SWITCH, '--org', work.slug)).toMatchObject({ code: 2 });

    const thrown = await breakGlass('kill-switch', SWITCH, '--org', work.slug, '--reason', 'refund bug');
    const began = performance.now();
    expect(thrown).toMatchObject({ code: 0 });
    await until(async () => (await values()).every((value) => value === false), 5_000);
    await until(() => allReceived('killswitch.activated'), 5_000);
    report('a kill switch without NATS, obeyed everywhere', performance.now() - began, 5_000);

    await servers.redis.kill9();
    const lifted = await breakGlass('kill-switch', SWITCH, '--org', work.orgId, '--off', '--reason', 'mended');
    expect(lifted).toMatchObject({ code: 3, output: expect.stringContaining('Redis') as string });

    await servers.nats.restart();
    await servers.redis.restart();
    await until(async () => (await values()).every((value) => value === true));
    await until(() => allReceived('killswitch.deactivated'));
    type Entries = { data: { event: string; reason: string; actor: { type: string; id: string } }[] };
    const entries = await until(async () => {
      const { data } = await work.person.must<Entries>('GET', `/audit?resource_type=kill_switch&order=asc`);
      return data.length >= 3 && data.slice(1);
    });
    expect(entries).toMatchObject([
      { event: 'KillSwitchActivated', reason: 'refund bug', actor: { type: 'system' } },
      { event: 'KillSwitchDeactivated', reason: 'mended' },
    ]);
    expect(entries[0]!.actor.id).toMatch(/^operator:./);
    const { headers } = await work.person.ask('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: false });
    const newest = Number(headers.get('loom-version')!.split('.')[2]);
    const all = Array.from({ length: newest }, (_, index) => index + 1);
    await until(async () => (await published()).length >= newest);
    expect(await published()).toEqual(all);
  }, 90_000);

  it('is as fast when NATS is there and does not answer', async () => {
    await work.person.must('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: true });
    await until(async () => (await values()).every((value) => value === true));
    const from = streams.map(({ messages }) => messages.length);
    servers.nats.freeze();
    try {
      const thrown = await breakGlass('kill-switch', SWITCH, '--org', work.orgId, '--reason', 'again');
      const began = performance.now();
      expect(thrown).toMatchObject({ code: 0 });
      await until(async () => (await values()).every((value) => value === false), 5_000);
      await until(() => streams.every((stream, n) => stream.find('killswitch.activated', from[n])), 5_000);
      report('a kill switch with NATS frozen, obeyed everywhere', performance.now() - began, 5_000);
    } finally {
      servers.nats.thaw();
    }
  }, 60_000);

  /** The versions of the organization in the order of publication, duplicates included. */
  async function published(): Promise<number[]> {
    const bus = await connect(servers.nats.connection);
    try {
      const { streams: stored } = await jetstreamManager(bus);
      const { state } = await stored.info('FLAGS');
      const numbers = Array.from({ length: state.messages }, (_, index) => state.first_seq + index);
      const messages = await Promise.all(numbers.map((seq) => stored.getMessage('FLAGS', { seq })));
      return messages
        .filter((message) => message?.subject === `ruleset.changed.${work.orgId}`)
        .map((message) => message!.json<{ data: { version: number } }>().data.version);
    } finally {
      await bus.close();
    }
  }
});
