import { endedSessions } from '#libs/contracts';
import { RecordedRedis } from './recorded-redis.spec-support.js';
import { RedisEndedSessions } from './redis-ended-sessions.js';

describe('RedisEndedSessions', () => {
  const timestamp = '2026-03-01T10:00:00.000Z';
  const payload = JSON.stringify({ timestamp, data: { user_id: 'ann', session_ids: ['s1', 's2'] } });

  it('lists all sessions of a fact by the time of their end, in one command', async () => {
    const redis = new RecordedRedis();

    await new RedisEndedSessions(redis.connection).beforePublish({ type: 'session.ended', payload });

    const at = Date.parse(timestamp);
    expect(redis.commands).toEqual([['zadd', endedSessions.members, at, 's1', at, 's2']]);
  });

  it('sends nothing to Redis for other facts, and does not read them', async () => {
    const redis = new RecordedRedis();

    await new RedisEndedSessions(redis.connection).beforePublish({ type: 'user.updated', payload: 'unread' });

    expect(redis.commands).toEqual([]);
  });

  it('reports an outage to the relay, which goes on', async () => {
    const redis = new RecordedRedis({ zadd: new Error('away') });
    const listing = new RedisEndedSessions(redis.connection).beforePublish({ type: 'session.ended', payload });

    await expect(listing).rejects.toThrow('away');
  });
});
