import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { connect, PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import { checkTopology, ensureTopology } from '#libs/bus';
import { Program, privateServers, type PrivateServers } from '#libs/local-servers';
import { until } from '#libs/testing';
import { durables } from './durables.js';
import { natsUsers } from './nats-users.js';
import { streams } from './streams.js';
import { traffic, type Traffic } from './traffic.js';

const EDGE = ['evaluation', 'streaming'];
const KEY_CHECKS = ['gateway', 'capture', ...EDGE];
const services = Object.entries<Traffic>(traffic);

/** The users that may publish each subject; all others must be refused. */
const publishers: Readonly<Record<string, readonly string[]>> = {
  'flag.updated.o': ['flags'],
  'killswitch.activated.platform': ['flags'],
  'ruleset.changed.o': ['flags'],
  'member.removed.o': ['accounts'],
  'apikey.revoked.o': ['accounts'],
  // Audit replays dead letters: it may publish the subjects of the consumers, and no others.
  'environment.created.o': ['accounts', 'audit'],
  'apikey.used.o': ['audit', ...KEY_CHECKS],
  'audit.recorded.o': ['accounts', 'analytics', 'audit', 'flags', ...KEY_CHECKS],
  'rpc.accounts.sign_in': ['gateway'],
  'rpc.accounts.get_key_record': KEY_CHECKS,
  'rpc.accounts.list_environments': ['flags', 'gateway'],
  'rpc.flags.update_flag': ['gateway'],
  'rpc.flags.get_ruleset': EDGE,
  'rpc.evaluation.evaluate': ['gateway'],
  'rpc.audit.list_entries': ['gateway'],
  'rpc.accounts.no_such_thing': [],
  'dead.audit-entries': ['audit'],
  'dead.flags-environments': ['flags'],
  'dead.analytics-events': ['analytics'],
  'capture.o': ['audit', 'capture'],
  '_INBOX.gateway.guessed': [],
  '$JS.ACK.AUDIT.audit-entries.1.1.1.1.0': ['audit'],
  '$JS.API.CONSUMER.MSG.NEXT.AUDIT.audit-entries': ['audit'],
  '$JS.API.CONSUMER.MSG.NEXT.ACCOUNTS.flags-environments': ['flags'],
  '$JS.ACK.ACCOUNTS.flags-environments.1.1.1.1.0': ['flags'],
  '$JS.API.CONSUMER.CREATE.ACCOUNTS.flags-environments': [],
  '$JS.API.CONSUMER.CREATE.ACCOUNTS.flags-environments.environment.>': ['prepare'],
  '$JS.API.CONSUMER.DELETE.ACCOUNTS.flags-environments': [],
  '$JS.API.CONSUMER.CREATE.FLAGS.ext_billing.flag.>': ['subscriber'],
  '$JS.API.CONSUMER.MSG.NEXT.FLAGS.ext_billing': ['subscriber'],
  '$JS.ACK.FLAGS.ext_billing.1.1.1.1.0': ['subscriber'],
  '$JS.API.CONSUMER.CREATE.AUDIT.ext_spy.audit.>': [],
  '$JS.API.CONSUMER.CREATE.CAPTURE.ext_spy.>': [],
  '$JS.API.CONSUMER.CREATE.SESSIONS.ext_spy.>': [],
  '$JS.API.STREAM.INFO.FLAGS': ['prepare', 'subscriber'],
  '$JS.API.CONSUMER.MSG.NEXT.CAPTURE.analytics-events': ['analytics'],
  '$JS.API.STREAM.INFO.CAPTURE': ['capture', 'prepare'],
  '$JS.API.CONSUMER.CREATE.AUDIT.spy': [],
  '$JS.API.CONSUMER.DURABLE.CREATE.AUDIT.spy': [],
  '$JS.API.CONSUMER.DELETE.AUDIT.audit-entries': [],
  '$JS.API.STREAM.CREATE.AUDIT': ['prepare'],
  '$JS.API.STREAM.CREATE.SPY': [],
  '$JS.API.STREAM.PURGE.AUDIT': [],
  '$JS.API.STREAM.DELETE.AUDIT': [],
  '$JS.API.STREAM.MSG.GET.AUDIT': [],
  '$JS.API.STREAM.MSG.GET.DEAD': ['audit'],
  '$JS.API.STREAM.MSG.DELETE.AUDIT': [],
  '$JS.API.INFO': ['prepare'],
  '$SYS.REQ.SERVER.PING': [],
};

/** The users that may subscribe to each subject; all others must be refused. */
const listeners: Readonly<Record<string, readonly string[]>> = {
  '>': [],
  'rpc.>': [],
  'rpc.accounts.*': ['accounts'],
  'rpc.flags.get_flag': ['flags'],
  '_INBOX.>': [],
  '_INBOX.gateway.>': ['gateway'],
  '$JS.API.>': [],
  'dead.>': [],
  'capture.>': ['gateway'],
  'flag.>': ['subscriber'],
  'audit.>': ['subscriber'],
  'member.>': ['gateway', 'subscriber'],
  'ruleset.changed.>': [...EDGE, 'subscriber'],
  'organization.updated.>': ['capture', 'gateway', 'subscriber'],
  'apikey.revoked.>': [...KEY_CHECKS, 'subscriber'],
};

describe('the users of NATS', () => {
  let servers: PrivateServers;
  const connections = new Map<string, NatsConnection>();
  const refusals: string[] = [];
  const as = (user: string): NatsConnection => connections.get(user)!;

  beforeAll(async () => {
    servers = await privateServers();
    for (const { name } of natsUsers()) await signIn(name, servers.nats.passwords[name]!);
    await signIn('loom', servers.nats.password);
    await ensureTopology(as('prepare'), { streams, durables: Object.values(durables), replicas: 1 });
  });
  afterAll(async () => {
    await Promise.all([...connections.values()].map((connection) => connection.close()));
    await servers.stop();
  });

  async function signIn(user: string, pass: string): Promise<void> {
    const server = servers.nats.connection.servers;
    const connection = await connect({ servers: server, user, pass, inboxPrefix: `_INBOX.${user}`, timeout: 2_000 });
    connections.set(user, connection);
    void (async () => {
      for await (const status of connection.status()) {
        if (status.type !== 'error' || !(status.error instanceof PermissionViolationError)) continue;
        refusals.push(`${user} ${status.error.operation} ${status.error.subject}`);
      }
    })();
  }

  /** Returns the users that the server allows to publish or subscribe to a subject. */
  async function allowed(operation: 'publish' | 'subscription', subject: string): Promise<readonly string[]> {
    const users = natsUsers().map(({ name }) => name);
    refusals.length = 0;
    for (const user of users) {
      if (operation === 'publish') as(user).publish(subject);
      else
        as(user)
          .subscribe(subject, { callback: () => undefined })
          .unsubscribe(1);
      await as(user).flush();
    }
    // A refusal arrives before the answer to `flush`; the connection reports it one turn of the event loop later.
    await new Promise((resolve) => setImmediate(resolve));
    return users.filter((user) => !refusals.includes(`${user} ${operation} ${subject}`)).toSorted();
  }

  it('are one per service, one for prepare, and one subscriber', () => {
    expect(natsUsers().map(({ name }) => name)).toEqual([...Object.keys(traffic), 'prepare', 'subscriber']);
  });

  it('need a password', async () => {
    const stranger = { servers: servers.nats.connection.servers, reconnect: false, timeout: 2_000 };
    await expect(connect(stranger)).rejects.toThrow(/authorization/i);
    await expect(connect({ ...stranger, user: 'flags', pass: '' })).rejects.toThrow(/authorization/i);
  });

  it.each(Object.entries(publishers))('may publish %s: only %j', async (subject, users) => {
    expect(await allowed('publish', subject)).toEqual(users.toSorted());
  });

  it.each(Object.entries(listeners))('may subscribe to %s: only %j', async (subject, users) => {
    expect(await allowed('subscription', subject)).toEqual(users.toSorted());
  });

  it.each(services)(
    '%s publishes its facts and receives the acknowledgement that they are stored',
    async (name, { publishes }) => {
      for (const subject of publishes) {
        const ack = await jetstream(as(name)).publish(subject.replace('>', 'o'), '{}', { timeout: 2_000 });
        expect(ack.seq).toBeGreaterThan(0);
      }
    },
  );

  it.each(services)(
    '%s receives from its durables, acknowledges, and writes dead letters',
    async (name, { consumes }) => {
      for (const { stream, name: durable, filter } of consumes) {
        await jetstream(as('loom')).publish(filter.replace('>', 'taken'), '{}', { timeout: 2_000 });
        const consumer = await jetstream(as(name)).consumers.get(stream, durable);
        for await (const message of await consumer.fetch({ max_messages: 100, expires: 1_000 })) {
          expect(await message.ackAck()).toBe(true);
          if (message.subject.endsWith('taken')) break;
        }
        await jetstream(as(name)).publish(`dead.${durable}`, 'why', { timeout: 2_000 });
      }
    },
  );

  it.each(services)('%s can check the durables that it waits for', async (name, { awaits = [] }) => {
    await checkTopology(as(name), {
      streams: streams.filter((one) => awaits.some(({ stream }) => stream === one.name)),
      durables: awaits,
    });
  });

  it.each(services)('%s receives answers from the services that it calls', async (name, { requests }) => {
    for (const { subject } of requests) {
      const owner = as(subject.split('.')[1]!);
      const answering = owner.subscribe(subject, { callback: (_, message) => void message.respond('answer') });
      await owner.flush();
      expect((await as(name).request(subject, '', { timeout: 2_000 })).string()).toBe('answer');
      answering.unsubscribe();
    }
  });

  it('let the subscriber read what it missed: in order, and by a durable of its own', async () => {
    const js = jetstream(as('subscriber'));
    for (const key of ['one', 'two'])
      await jetstream(as('flags')).publish('flag.created.missed', key, { timeout: 2_000 });

    const ordered = await js.consumers.get('FLAGS', { filter_subjects: 'flag.created.missed' });
    expect(await texts(await ordered.fetch({ max_messages: 2, expires: 5_000 }))).toEqual(['one', 'two']);

    const manager = await jetstreamManager(as('subscriber'), { checkAPI: false });
    const durable = { durable_name: 'ext_test', filter_subject: 'flag.created.missed', ack_policy: AckPolicy.Explicit };
    await manager.consumers.add('FLAGS', durable);
    const mine = await js.consumers.get('FLAGS', 'ext_test');
    expect(await texts(await mine.fetch({ max_messages: 2, expires: 5_000 }))).toEqual(['one', 'two']);
    await manager.consumers.add('FLAGS', durable);
    await jetstream(as('flags')).publish('flag.created.missed', 'three', { timeout: 2_000 });
    expect(await texts(await mine.fetch({ max_messages: 1, expires: 5_000 }))).toEqual(['three']);
  });

  it('runs the program of docs/events.md', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loom-example-'));
    const file = join(folder, 'credentials.json');
    const nats = {
      url: servers.nats.connection.servers,
      user: 'subscriber',
      password: servers.nats.passwords['subscriber'],
    };
    await writeFile(file, JSON.stringify({ nats }));
    await (await jetstreamManager(as('loom'))).streams.purge('FLAGS');
    const fact = JSON.stringify({ type: 'flag.created', data: { flag_key: 'checkout.new_flow' } });
    await jetstream(as('flags')).publish('flag.created.example', fact, { timeout: 2_000 });

    const program = new Program({ entry: 'docs/examples/catch-up.mjs', args: [file], env: process.env });
    await until(() => program.output.includes('flag.created checkout.new_flow'));
    await program.stop();
    await rm(folder, { recursive: true });
  });

  async function texts(messages: AsyncIterable<JsMsg>): Promise<readonly string[]> {
    const read: string[] = [];
    for await (const message of messages) {
      read.push(message.string());
      message.ack();
    }
    return read;
  }

  it('cannot create a consumer on the stream of another service, nor purge it', async () => {
    const manager = await jetstreamManager(as('flags'), { checkAPI: false, timeout: 1_000 });
    const spy = { durable_name: 'spy', ack_policy: AckPolicy.None, deliver_subject: '_INBOX.flags.spy' };
    await expect(manager.consumers.add('AUDIT', spy)).rejects.toThrow();
    await expect(manager.streams.purge('AUDIT')).rejects.toThrow();
  });
});
