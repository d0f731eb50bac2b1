import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import { checkTopology, ensureTopology } from '#libs/bus';
import { privateServers, type PrivateServers } from '#libs/local-servers';
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

  it('cannot create a consumer on the stream of another service, nor purge it', async () => {
    const manager = await jetstreamManager(as('flags'), { checkAPI: false, timeout: 1_000 });
    const spy = { durable_name: 'spy', ack_policy: AckPolicy.None, deliver_subject: '_INBOX.flags.spy' };
    await expect(manager.consumers.add('AUDIT', spy)).rejects.toThrow();
    await expect(manager.streams.purge('AUDIT')).rejects.toThrow();
  });
});
