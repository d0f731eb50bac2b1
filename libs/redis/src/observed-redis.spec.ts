import { ObservedRedis } from './observed-redis.js';

/** Never connects: every command fails at once. */
function disconnected(): { redis: ObservedRedis; ended: string[] } {
  const ended: string[] = [];
  const redis = new ObservedRedis({ lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null, port: 1 });
  redis.on('error', () => undefined);
  redis.onCommandEnd = (command, outcome) => void ended.push(`${command} ${outcome}`);
  return { redis, ended };
}

describe('ObservedRedis', () => {
  it('reports a command that could not be sent, and rejects it as before', async () => {
    const { redis, ended } = disconnected();

    await expect(redis.get('a')).rejects.toThrow();
    redis.disconnect();

    expect(ended).toEqual(['get failed']);
  });

  it('reports nothing without a listener, and leaves no rejection unhandled', async () => {
    const { redis, ended } = disconnected();
    redis.onCommandEnd = undefined;

    await expect(redis.incr('a')).rejects.toThrow();
    redis.disconnect();

    expect(ended).toEqual([]);
  });
});
