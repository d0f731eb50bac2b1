import { FactPublisher } from '#libs/facts';
import { publishRows, type BeforePublish } from './publish-rows.js';
import type { OutboxRow } from './relay-session.js';

const aRow = (id: string, scope: string): OutboxRow => ({
  id,
  seq: '1',
  subject: `flag.updated.${scope}`,
  type: 'flag.updated',
  payload: '{}',
  headers: {},
  createdAt: new Date(0),
});

/** Fails for the given ids, and never answers for `silent`. */
class Publisher extends FactPublisher {
  readonly published: string[] = [];
  constructor(private readonly failing: readonly string[] = []) {
    super();
  }
  override async publish(_subject: string, _payload: unknown, { msgId }: { readonly msgId: string }): Promise<void> {
    if (msgId === 'silent') return new Promise(() => undefined);
    if (this.failing.includes(msgId)) throw new Error(`refused ${msgId}`);
    this.published.push(msgId);
  }
}

async function run(rows: readonly OutboxRow[], publisher: Publisher, hooks: readonly BeforePublish[] = []) {
  const errors: string[] = [];
  const note = (kind: string) => (error: unknown) => void errors.push(`${kind}: ${(error as Error).message}`);
  const published = await publishRows(rows, {
    publisher,
    hooks,
    timeoutMs: 20,
    onHookFailure: note('hook'),
    onPublishFailure: note('publish'),
  });
  return { published, errors };
}

describe('publishRows', () => {
  const rows = [aRow('a1', 'a'), aRow('b1', 'b'), aRow('a2', 'a'), aRow('b2', 'b')];

  it('publishes every row, in order within its scope', async () => {
    const publisher = new Publisher();
    const { published } = await run(rows, publisher);

    expect(published.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2']);
    expect(publisher.published.filter((id) => id.startsWith('a'))).toEqual(['a1', 'a2']);
  });

  it('stops a scope at the row that fails, and publishes the other scopes', async () => {
    const { published, errors } = await run(rows, new Publisher(['a1']));

    expect(published).toEqual(['b1', 'b2']);
    expect(errors).toEqual(['publish: refused a1']);
  });

  it('treats a row without an acknowledgement in time as failed', async () => {
    const { published, errors } = await run([aRow('silent', 'a'), aRow('a2', 'a')], new Publisher());

    expect(published).toEqual([]);
    expect(errors).toEqual(['publish: No acknowledgement within 20 ms']);
  });

  it('keeps back a scope when a hook returns hold, without an error', async () => {
    const hold: BeforePublish = async ({ id }) => (id === 'b1' ? 'hold' : undefined);
    const { published, errors } = await run(rows, new Publisher(), [hold]);

    expect([published, errors]).toEqual([['a1', 'a2'], []]);
  });

  it('reports a hook that fails, and publishes the row', async () => {
    const failing: BeforePublish = () => Promise.reject(new Error('no cache'));
    const { published, errors } = await run([aRow('a1', 'a')], new Publisher(), [failing]);

    expect([published, errors]).toEqual([['a1'], ['hook: no cache']]);
  });
});
