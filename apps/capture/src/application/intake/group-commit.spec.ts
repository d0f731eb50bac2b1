import { AppError } from '#libs/kernel';
import { CountingIds } from '#libs/testing';
import { MAX_CHUNK_BYTES } from '../../domain/chunks.js';
import { GroupCommit, PATIENCE_MS } from './group-commit.js';
import type { CaptureMeter, Pack, PackPublisher } from './ports.js';

const meter: CaptureMeter = { published: () => undefined, refused: () => undefined };

/** Publishes a pack when the test calls its `end`. */
class HeldPacks implements PackPublisher {
  readonly packs: (Pack & { end(error?: unknown): void })[] = [];
  underWay = 0;
  mostUnderWay = 0;

  publish(pack: Pack): Promise<void> {
    this.mostUnderWay = Math.max(this.mostUnderWay, (this.underWay += 1));
    return new Promise((resolve, reject) => {
      const end = (error?: unknown): void => {
        this.underWay -= 1;
        if (error === undefined) resolve();
        else reject(error);
      };
      this.packs.push({ ...pack, end });
    });
  }
}

const chunk = (name: string, size = 10) => {
  const text = `"${name.padEnd(size - 2, '.')}"`;
  return { text, bytes: text.length, events: 1 };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function setUp(maxQueueBytes = 10 * MAX_CHUNK_BYTES) {
  const publisher = new HeldPacks();
  const commit = new GroupCommit({ publisher, ids: new CountingIds(), meter, maxQueueBytes });
  const outcomes: string[] = [];
  const send = (orgId: string, name: string, size?: number): void => {
    commit.commit(orgId, [chunk(name, size)], { requestId: name }).then(
      () => outcomes.push(`${name} stored`),
      (error: unknown) => outcomes.push(`${name} ${error instanceof AppError ? error.code : String(error)}`),
    );
  };
  const contents = () => publisher.packs.map(({ orgId, data }) => [orgId, JSON.parse(data) as string[]] as const);
  return { publisher, commit, outcomes, send, contents };
}

describe('group commit', () => {
  it('sends events that arrive together in one pack, and answers when the pack is durable', async () => {
    const { publisher, outcomes, send, contents } = setUp();
    for (const name of ['a', 'b', 'c']) send('o1', name);
    await turn();

    expect(contents().map(([org, rows]) => [org, rows.length])).toEqual([['o1', 3]]);
    const id = '00000000-0000-7000-8000-000000000001';
    expect(publisher.packs[0]).toMatchObject({ id, cause: { requestId: 'a' } });
    expect(outcomes).toEqual([]);
    publisher.packs[0]!.end();
    await turn();
    expect(outcomes).toEqual(['a stored', 'b stored', 'c stored']);
  });

  it('has at most two packs under way; events that arrive meanwhile fill the next one', async () => {
    const { publisher, commit, send, contents } = setUp();
    for (let i = 0; i < 20; i += 1) {
      send('o1', `e${i}`);
      await turn();
    }
    expect(publisher.mostUnderWay).toBe(2);
    publisher.packs[0]!.end();
    await turn();

    expect(publisher.mostUnderWay).toBe(2);
    expect(contents().map(([, rows]) => rows.length)).toEqual([1, 1, 18]);
    publisher.packs.forEach(({ end }, i) => i > 0 && end());
    await turn();
    expect(commit.heldBytes).toBe(0);
  });

  it('makes no pack larger than 512 KiB', async () => {
    const { publisher, send } = setUp();
    const third = Math.floor(MAX_CHUNK_BYTES / 3);
    for (let i = 0; i < 7; i += 1) send('o1', `e${i}`, third - 1);
    for (let ended = 0; ended < 3; ended += 1) {
      await turn();
      publisher.packs[ended]!.end();
    }
    await turn();

    expect(publisher.packs.map(({ data }) => (JSON.parse(data) as unknown[]).length)).toEqual([3, 3, 1]);
    expect(publisher.packs.every(({ data }) => data.length <= MAX_CHUNK_BYTES + 2)).toBe(true);
  });

  it('lets organizations take turns: a busy one does not delay others', async () => {
    const { publisher, send, contents } = setUp();
    for (let i = 0; i < 8; i += 1) send('busy', `e${i}`, MAX_CHUNK_BYTES);
    send('quiet', 'x');
    await turn();
    publisher.packs[0]!.end();
    await turn();

    expect(contents().map(([orgId]) => orgId)).toEqual(['busy', 'quiet', 'busy']);
    expect(contents().every(([orgId, rows]) => orgId !== 'quiet' || rows.length === 1)).toBe(true);
  });

  it('fails only the requests of a failed pack', async () => {
    const { publisher, outcomes, send } = setUp();
    send('o1', 'a');
    send('o2', 'b');
    await turn();
    publisher.packs[0]!.end(new AppError('overloaded', 'full'));
    publisher.packs[1]!.end();
    await turn();

    expect(outcomes.toSorted()).toEqual(['a overloaded', 'b stored']);
  });

  it('refuses events beyond the limit of its queue, and accepts them again when there is room', async () => {
    const { publisher, commit, outcomes, send } = setUp(100);
    send('o1', 'a', 60);
    send('o1', 'b', 41);
    await turn();
    expect(outcomes).toEqual(['b overloaded']);
    publisher.packs[0]!.end();
    await turn();
    send('o1', 'c', 100);
    await turn();

    expect(commit.heldBytes).toBe(100);
    publisher.packs[1]!.end();
    await turn();
    expect(outcomes).toEqual(['b overloaded', 'a stored', 'c stored']);
  });

  it('answers after two seconds at the latest, whether the pack is under way or not made yet', async () => {
    const { publisher, commit, outcomes, send } = setUp();
    for (const orgId of ['o1', 'o2', 'o3']) send(orgId, orgId);
    await turn();
    const startedAt = performance.now();
    while (outcomes.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));

    expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS + 1_000);
    expect(outcomes.toSorted()).toEqual(['o1', 'o2', 'o3'].map((name) => `${name} bus_unavailable`));
    publisher.packs.forEach(({ end }) => end(new Error('late')));
    await commit.drain();
    expect([publisher.packs.length, commit.heldBytes]).toEqual([2, 0]);
  });

  it('is durable when all chunks of a batch are', async () => {
    const { publisher, commit } = setUp();
    let isDone = false;
    const chunks = [chunk('a', MAX_CHUNK_BYTES), chunk('b', MAX_CHUNK_BYTES)];
    const committing = commit.commit('o1', chunks, { requestId: 'r' }).then(() => (isDone = true));
    await turn();
    publisher.packs[0]!.end();
    await turn();
    expect(isDone).toBe(false);
    publisher.packs[1]!.end();
    await committing;
  });
});
