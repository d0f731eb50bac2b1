import { AppError } from '#libs/kernel';
import { MAX_CHUNK_BYTES } from '../domain/chunks.js';
import { GroupCommit, PATIENCE_MS } from './group-commit.js';
import { CaptureMeter, PackPublisher, type Pack } from './ports.js';

class Silent extends CaptureMeter {
  override published(): void {}
  override refused(): void {}
}

/** Holds every pack until the test says how it ended. */
class HeldPacks extends PackPublisher {
  readonly packs: (Pack & { end(error?: unknown): void })[] = [];
  underWay = 0;
  mostUnderWay = 0;

  override publish(pack: Pack): Promise<void> {
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
  let made = 0;
  const ids = { next: () => `p${(made += 1)}` };
  const commit = new GroupCommit({ publisher, ids, meter: new Silent(), maxQueueBytes });
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
  it('sends what came together in one pack, and answers when that is durable', async () => {
    const { publisher, outcomes, send, contents } = setUp();
    for (const name of ['a', 'b', 'c']) send('o1', name);
    await turn();

    expect(contents().map(([org, rows]) => [org, rows.length])).toEqual([['o1', 3]]);
    expect(publisher.packs[0]).toMatchObject({ id: 'p1', cause: { requestId: 'a' } });
    expect(outcomes).toEqual([]);
    publisher.packs[0]!.end();
    await turn();
    expect(outcomes).toEqual(['a stored', 'b stored', 'c stored']);
  });

  it('has two packs under way; what comes meanwhile fills the next', async () => {
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

  it('makes no pack larger than 512 KiB, but for a chunk that is', async () => {
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

  it('lets organizations take turns: a busy one holds up no other', async () => {
    const { publisher, send, contents } = setUp();
    for (let i = 0; i < 8; i += 1) send('busy', `e${i}`, MAX_CHUNK_BYTES);
    send('quiet', 'x');
    await turn();
    publisher.packs[0]!.end();
    await turn();

    expect(contents().map(([orgId]) => orgId)).toEqual(['busy', 'quiet', 'busy']);
    expect(contents().every(([orgId, rows]) => orgId !== 'quiet' || rows.length === 1)).toBe(true);
  });

  it('fails for those alone whose pack failed', async () => {
    const { publisher, outcomes, send } = setUp();
    send('o1', 'a');
    send('o2', 'b');
    await turn();
    publisher.packs[0]!.end(new AppError('overloaded', 'full'));
    publisher.packs[1]!.end();
    await turn();

    expect(outcomes.toSorted()).toEqual(['a overloaded', 'b stored']);
  });

  it('holds no more than it may, and takes again when there is room', async () => {
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

  it('lets nobody wait longer than two seconds, whether the pack is under way or not even made', async () => {
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
