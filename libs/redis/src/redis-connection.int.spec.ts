import { Registry } from 'prom-client';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { createLogger } from '#libs/observability';
import { until } from '#libs/testing';
import { Writable } from 'node:stream';
import { RedisConnection } from './redis-connection.js';

describe('RedisConnection', () => {
  const registry = new Registry();
  let servers: PrivateServers;
  let connection: RedisConnection;
  const messages: string[] = [];

  beforeAll(async () => {
    servers = await privateServers();
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        messages.push((JSON.parse(chunk.toString()) as { message: string }).message);
        done();
      },
    });
    connection = new RedisConnection(servers.redisUrl, 'test', createLogger({ service: 'test', destination }), {
      registry,
    });
    await until(() => connection.connected);
  });
  afterAll(async () => {
    connection.close();
    await servers.stop();
  });

  it('answers ping while Redis runs', async () => {
    await expect(connection.ping()).resolves.toBeUndefined();
  });

  it('counts commands by name and outcome, those of pipelines too', async () => {
    await connection.client.set('counted', 'text');
    await connection.client.pipeline().get('counted').exec();
    await expect(connection.client.incr('counted')).rejects.toThrow();

    const text = await registry.metrics();
    const count = (command: string, outcome: string) =>
      `loom_redis_command_duration_seconds_count{command="${command}",outcome="${outcome}"} 1`;
    expect(text).toContain(count('set', 'ok'));
    expect(text).toContain(count('get', 'ok'));
    expect(text).toContain(count('incr', 'failed'));
  });

  it('fails a command within its timeout while Redis hangs', async () => {
    const pauseMs = 2_000;
    await connection.client.client('PAUSE', pauseMs);
    const begin = performance.now();

    await expect(connection.ping()).rejects.toThrow('Command timed out');

    expect(performance.now() - begin).toBeLessThan(pauseMs / 2);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await expect(connection.ping()).resolves.toBeUndefined();
  });

  it('counts the commands of a transaction one by one, and a command that hangs as failed', async () => {
    await connection.client.multi().set('a', '1').get('a').exec();
    await connection.client.client('PAUSE', 600);
    await expect(connection.client.get('a')).rejects.toThrow('Command timed out');
    await until(() =>
      connection.ping().then(
        () => true,
        () => false,
      ),
    );

    const text = await registry.metrics();
    for (const command of ['multi', 'exec'])
      expect(text).toContain(`loom_redis_command_duration_seconds_count{command="${command}",outcome="ok"} 1`);
    expect(text).toContain('loom_redis_command_duration_seconds_count{command="get",outcome="failed"} 1');
  });

  it('fails a command at once while Redis is stopped, and reconnects afterwards; logs both once', async () => {
    await servers.redis.stop();
    await until(() => !connection.connected && messages.length > 0);

    await expect(connection.ping()).rejects.toThrow();
    await servers.redis.restart();
    await until(() => connection.connected);

    await expect(connection.ping()).resolves.toBeUndefined();
    expect(messages).toEqual(['Redis is away', 'Redis is back']);
  });
});
