import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { withClient } from '../postgres/postgres.js';
import { freshDatabase, privateServers, type PrivateServers } from './private-servers.js';

describe('private servers of a test file', () => {
  let servers: PrivateServers;
  beforeAll(async () => {
    servers = await privateServers();
  });
  afterAll(() => servers.stop());

  const asLoom = (): Promise<NatsConnection> => connect({ ...servers.nats.connection, timeout: 2_000 });
  const asSubscriber = (): Promise<NatsConnection> =>
    connect({ ...servers.nats.connection, user: 'subscriber', pass: servers.nats.subscriber.password });

  it('give each caller a database of its own', async () => {
    const other = await freshDatabase();
    await withClient(servers.postgresUrl, (client) => client.query('create table mine (id int)'));

    const seen = await withClient(other.url, (client) => client.query(`select to_regclass('mine') as mine`));
    await other.drop();

    expect(seen.rows).toEqual([{ mine: null }]);
    await expect(withClient(other.url, (client) => client.query('select 1'))).rejects.toMatchObject({ code: '3D000' });
  });

  it('keep the messages of JetStream over kill -9 and restart', async () => {
    const before = await asLoom();
    const manager = await jetstreamManager(before);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await jetstream(before).publish('kept.one', 'a fact', { msgID: '1' });
    await before.close();
    const pid = servers.nats.pid;

    await servers.nats.kill9();
    await servers.nats.restart();

    const after = await asLoom();
    const stored = await (await jetstreamManager(after)).streams.getMessage('KEPT', { seq: 1 });
    await after.close();
    expect(stored?.string()).toBe('a fact');
    expect(servers.nats.pid).not.toBe(pid);
  });

  it('let the subscriber receive facts, and no messages between services', async () => {
    const [loom, subscriber] = [await asLoom(), await asSubscriber()];
    const received: string[] = [];
    const all = subscriber.subscribe('flag.>', { callback: (_, message) => void received.push(message.subject) });
    await subscriber.flush();

    for (const subject of ['rpc.accounts.login', 'capture.org', '_INBOX.a', 'flag.updated.org']) loom.publish(subject);
    await loom.flush();
    await subscriber.flush();

    expect(received).toEqual(['flag.updated.org']);
    all.unsubscribe();
    await Promise.all([loom.close(), subscriber.close()]);
  });

  it('refuse what the subscriber publishes', async () => {
    const [loom, subscriber] = [await asLoom(), await asSubscriber()];
    const received: string[] = [];
    loom.subscribe('flag.>', { callback: (_, message) => void received.push(message.subject) });
    await loom.flush();
    const refused = (async () => {
      for await (const status of subscriber.status()) if (status.type === 'error') return String(status.error);
      return 'nothing';
    })();

    subscriber.publish('flag.updated.org', 'forged');
    await subscriber.flush();

    await expect(refused).resolves.toMatch(/Permissions Violation/i);
    await loom.flush();
    expect(received).toEqual([]);
    await Promise.all([loom.close(), subscriber.close()]);
  });

  it('refuse NATS clients without a password', async () => {
    await expect(connect({ servers: servers.nats.connection.servers, reconnect: false })).rejects.toThrow(
      /authorization/i,
    );
  });

  it('refuse Redis clients without the password', async () => {
    const stranger = new Redis(servers.redis.port, '127.0.0.1', {
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: () => null,
    });
    const known = new Redis(servers.redisUrl, { retryStrategy: () => null });

    await expect(stranger.get('a')).rejects.toThrow(/NOAUTH/);
    await known.set('a', '1');
    await expect(known.get('a')).resolves.toBe('1');
    await expect(known.config('GET', 'maxmemory-policy')).resolves.toEqual(['maxmemory-policy', 'noeviction']);
    stranger.disconnect();
    known.disconnect();
  });

  it('answer nothing while frozen and go on when thawed', async () => {
    const client = new Redis(servers.redisUrl, { commandTimeout: 300 });
    await client.ping();

    servers.redis.freeze();
    await expect(client.ping()).rejects.toThrow(/timed out/i);
    servers.redis.thaw();

    await expect(client.ping()).resolves.toBe('PONG');
    client.disconnect();
  });

  it('report the death of a server that was not stopped', async () => {
    const death = new Promise<string>((resolve) => servers.redis.onDeath(resolve));

    process.kill(servers.redis.pid, 'SIGKILL');

    await expect(death).resolves.toBe('signal SIGKILL');
    await servers.redis.restart();
    const client = new Redis(servers.redisUrl);
    await expect(client.ping()).resolves.toBe('PONG');
    client.disconnect();
  });
});
