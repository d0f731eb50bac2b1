import { EPOCH_FIELD, flagsRpc, PLATFORM, VERSION_FIELD, type RulesetDocument } from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import type { RedisConnection } from '#libs/redis';
import { RedisThenRpc } from './snapshot-source.js';

const EPOCH = '0000000a1';
const segment = (key: string) => ({ kind: 'segment', key }) as unknown as RulesetDocument;

/** Redis with the hash of `o1` at a version. */
function redisAt(version: number | undefined, error?: Error): RedisConnection {
  const hash =
    version === undefined
      ? {}
      : { [EPOCH_FIELD]: EPOCH, [VERSION_FIELD]: String(version), 'segment:a': JSON.stringify(segment('redis')) };
  const fields = [hash[EPOCH_FIELD] ?? null, hash[VERSION_FIELD] ?? null];
  const pipeline = { hmget: () => pipeline, exec: () => Promise.resolve([[error ?? null, fields]]) };
  const hgetall = () => (error === undefined ? Promise.resolve(hash) : Promise.reject(error));
  return { client: { hgetall, pipeline: () => pipeline } } as unknown as RedisConnection;
}

/** Flags with pages of the ruleset; without pages it is away. */
function flagsWith(...pages: { version: number; next: string | null }[]) {
  const asked: string[] = [];
  const ask = ({ subject }: { subject: string }, command: { after?: string }) => {
    asked.push(command.after ?? subject);
    if (pages.length === 0) return Promise.reject(new Error('away'));
    if (subject === flagsRpc.getVersions.subject)
      return Promise.resolve({ versions: [{ scope: 'o1', epoch: EPOCH, version: pages[0]!.version }] });
    const page = pages.length > 1 ? pages.shift()! : pages[0]!;
    return Promise.resolve({ epoch: EPOCH, ...page, documents: [segment(`flags_${asked.length}`)] });
  };
  return { asked, rpc: { ask } as unknown as RpcClient };
}

describe('RedisThenRpc.fetch', () => {
  it('takes the snapshot from Redis without asking flags', async () => {
    const { rpc, asked } = flagsWith({ version: 9, next: null });

    expect(await new RedisThenRpc(redisAt(7), rpc).fetch('o1')).toEqual({
      scope: 'o1',
      epoch: EPOCH,
      version: 7,
      documents: [segment('redis')],
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['is older than the wanted version', redisAt(7)],
    ['is missing', redisAt(undefined)],
    ['cannot be read', redisAt(7, new Error('away'))],
  ])('asks flags when the snapshot in Redis %s', async (_how, redis) => {
    const { rpc } = flagsWith({ version: 9, next: null });
    const snapshot = await new RedisThenRpc(redis, rpc).fetch('o1', { scope: 'o1', epoch: EPOCH, version: 8 });

    expect(snapshot).toMatchObject({ version: 9, documents: [segment('flags_1')] });
  });

  it('accepts an older snapshot from Redis while flags is away, and fails without one', async () => {
    const wanted = { scope: 'o1', epoch: EPOCH, version: 8 };
    const { rpc } = flagsWith();

    expect(await new RedisThenRpc(redisAt(7), rpc).fetch('o1', wanted)).toMatchObject({ version: 7 });
    await expect(new RedisThenRpc(redisAt(undefined), rpc).fetch('o1', wanted)).rejects.toMatchObject({
      code: 'not_initialised',
    });
  });

  it('joins the pages of flags, and starts again when the version changes between two pages', async () => {
    const { rpc, asked } = flagsWith({ version: 8, next: 'b' }, { version: 9, next: 'b' }, { version: 9, next: 'b' }, { version: 9, next: null }); // prettier-ignore
    const snapshot = await new RedisThenRpc(redisAt(undefined), rpc).fetch('o1');

    expect(snapshot).toMatchObject({ version: 9, documents: [segment('flags_3'), segment('flags_4')] });
    expect(asked).toHaveLength(4);
  });
});

describe('RedisThenRpc.versions', () => {
  it('asks flags first', async () => {
    const { rpc } = flagsWith({ version: 9, next: null });

    expect(await new RedisThenRpc(redisAt(7), rpc).versions(['o1'])).toEqual({
      areFromDatabase: true,
      versions: [{ scope: 'o1', epoch: EPOCH, version: 9 }],
    });
  });

  it('reads Redis while flags is away, and leaves out unknown scopes', async () => {
    const { rpc } = flagsWith();

    expect(await new RedisThenRpc(redisAt(7), rpc).versions(['o1'])).toEqual({
      areFromDatabase: false,
      versions: [{ scope: 'o1', epoch: EPOCH, version: 7 }],
    });
    expect(await new RedisThenRpc(redisAt(undefined), rpc).versions([PLATFORM])).toMatchObject({ versions: [] });
  });

  it('fails when neither answers', async () => {
    const { rpc } = flagsWith();

    await expect(new RedisThenRpc(redisAt(7, new Error('frozen')), rpc).versions(['o1'])).rejects.toThrow('frozen');
  });
});
