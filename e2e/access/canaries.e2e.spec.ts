import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import pg from 'pg';
import { bearer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, Person, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

/**
 * Secrets go through everything that handles them, right and wrong, at the most detailed log level; afterwards they must
 * be in no table, stream, Redis key and log. (`platform.stop()` searches the logs of every other suite as well.)
 */
describe('canary secrets', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  const secrets: string[] = [];
  const answers: string[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone', { LOOM_LOG_LEVEL: 'trace' });
    work = await newWorkplace(platform, 'Canaries');
    const { dev, prod } = work.keys;
    secrets.push(platform.admin.password, work.person.accessToken, dev.server, dev.client, prod.server, prod.client);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  const native = { 'x-client-type': 'native' };
  const collect = async (answer: Promise<{ body: unknown }>): Promise<void> => {
    answers.push(JSON.stringify((await answer).body));
  };

  it('are in no table, stream, Redis key, answer or log', async () => {
    await useThem();
    await until(
      async () => (await work.person.must<{ data: unknown[] }>('GET', '/audit?event=SdkKeyRevoked')).data.length > 0,
    );
    const places: [string, string][] = [
      ['tables', await allRows()],
      ['streams', await allMessages()],
      ['Redis', await allOfRedis()],
      ['answers', answers.join('\n')],
      ['logs', platform.front.output],
    ];
    for (const [place, text] of places) {
      expect([place, text.length > 100]).toEqual([place, true]);
      expect([place, secrets.filter((secret) => text.includes(secret))]).toEqual([place, []]);
    }
  }, 60_000);

  /** Answers that must contain a secret (sign-in, a new key) are left out; all later ones are checked. */
  async function useThem(): Promise<void> {
    const { baseUrl, admin } = platform;
    const session = await call<{ refresh_token: string }>('POST', `${baseUrl}/api/auth/login`, admin, native);
    const { refresh_token } = session.body;
    const renewed = await call<{ access_token: string; refresh_token: string }>(
      'POST',
      `${baseUrl}/api/auth/refresh`,
      { refresh_token },
      native,
    );
    secrets.push(refresh_token, renewed.body.refresh_token, renewed.body.access_token);
    const wrong = 'canary-wrong-password-1';
    secrets.push(wrong);
    await collect(call('POST', `${baseUrl}/api/auth/login`, { email: admin.email, password: wrong }, native));
    await collect(call('POST', `${baseUrl}/api/auth/refresh`, { refresh_token: `${refresh_token}x` }, native));
    await useKeys(baseUrl);
    await invite();
    await collect(call('POST', `${baseUrl}/api/auth/logout`, { refresh_token: renewed.body.refresh_token }, native));
  }

  async function useKeys(baseUrl: string): Promise<void> {
    const path = '/environments/dev/sdk-keys';
    const made = await work.person.must<{ id: string; key: string }>(
      'POST',
      path,
      { name: 'twice', key_type: 'server' },
      { 'idempotency-key': 'canary-1' },
    );
    secrets.push(made.key);
    await collect(
      work.person.ask('POST', path, { name: 'twice', key_type: 'server' }, { 'idempotency-key': 'canary-1' }),
    );
    const evaluate = `${baseUrl}/api/flags/evaluate`;
    await collect(call('POST', evaluate, { context: {} }, bearer(made.key)));
    const forged = `${made.key.slice(0, -4)}0000`;
    secrets.push(forged);
    await collect(call('POST', evaluate, { context: {} }, bearer(forged)));
    await collect(call('POST', `${evaluate}?api_key=${made.key}`, { context: {} }));
    await collect(work.person.ask('GET', path));
    await work.person.must('DELETE', `/keys/${made.id}`);
    await until(async () => (await call('POST', evaluate, { context: {} }, bearer(made.key))).status === 401);
    await collect(call('POST', evaluate, { context: {} }, bearer(made.key)));
  }

  async function invite(): Promise<void> {
    const admin = await Person.signIn(platform);
    secrets.push(admin.accessToken);
    const { invite_url } = await admin.must<{ invite_url: string }>('POST', '/api/auth/users', {
      email: 'new@loom.test',
    });
    const token =
      new URL(invite_url).searchParams.get('token') ??
      new URLSearchParams(new URL(invite_url).hash.slice(1)).get('token')!;
    const password = 'canary-new-password-1';
    secrets.push(token, password);
    const accept = `${platform.baseUrl}/api/auth/invitations/accept`;
    await collect(call('POST', accept, { token, password }));
    await collect(call('POST', accept, { token, password }));
  }

  async function allRows(): Promise<string> {
    const client = new pg.Client({ connectionString: servers.postgresUrl });
    await client.connect();
    try {
      const tables = await client.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('accounts', 'flags', 'audit', 'analytics')`,
      );
      const texts: string[] = [];
      for (const { name } of tables.rows) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
        texts.push(...rows.map(({ row }) => row));
      }
      return texts.join('\n');
    } finally {
      await client.end();
    }
  }

  async function allMessages(): Promise<string> {
    const connection = await connect(servers.nats.connection);
    try {
      const manager = await jetstreamManager(connection);
      const texts: string[] = [];
      for await (const { config, state } of manager.streams.list()) {
        if (state.messages === 0) continue;
        const consumer = await jetstream(connection).consumers.get(config.name);
        const messages = await consumer.fetch({ max_messages: state.messages, expires: 2_000 });
        for await (const message of messages)
          texts.push(`${message.subject} ${message.headers ?? ''} ${message.string()}`);
      }
      return texts.join('\n');
    } finally {
      await connection.close();
    }
  }

  async function allOfRedis(): Promise<string> {
    const client = new Redis(servers.redisUrl);
    try {
      const texts: string[] = [];
      for (const key of await client.keys('*')) {
        const kind = await client.type(key);
        const value =
          kind === 'hash'
            ? await client.hgetall(key)
            : kind === 'zset'
              ? await client.zrange(key, 0, -1)
              : await client.get(key);
        texts.push(`${key} ${JSON.stringify(value)}`);
      }
      return texts.join('\n');
    } finally {
      client.disconnect();
    }
  }
});
