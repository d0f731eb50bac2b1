import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { auditRpc, durables, PLATFORM, systemOrigin, type DeadLetterView, type ListDeadLetters } from '#libs/contracts';
import { writeDeadLetter } from '#libs/bus';
import { ORG_A } from './facts.js';
import { auditWorld, type AuditWorld } from './world.js';

const SUBJECT = `audit.recorded.${ORG_A}`;

describe('dead letters', () => {
  let audit: AuditWorld;
  beforeAll(async () => {
    audit = await auditWorld();
  });
  afterAll(() => audit.stop());

  const origin = systemOrigin(PLATFORM, 'test');
  const connection = () => audit.running.runtime.bus.live();
  const list = (query: Partial<ListDeadLetters> = {}) =>
    audit.running.runtime.rpc.ask(auditRpc.listDeadLetters, { limit: 50, ...query }, origin);
  const replay = (id: string) => audit.running.runtime.rpc.ask(auditRpc.replayDeadLetter, { id }, origin);
  const lettersOnce = async (length: number, query: Partial<ListDeadLetters> = {}) => {
    for (;;) {
      const { data } = await list(query);
      if (data.length >= length) return data;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const publish = async (text: string, head: Readonly<Record<string, string>> = {}) => {
    const given = headers();
    for (const [name, value] of Object.entries(head)) given.set(name, value);
    await jetstream(connection()).publish(SUBJECT, text, { msgID: `m-${text}`, headers: given });
  };
  const replayed = async () =>
    (await audit.list(PLATFORM, { event: 'DeadLetterReplayed' })).data.map(({ resource_id }) => resource_id);

  it('are listed newest first, with their reason and without their message', async () => {
    await publish('{"id":7}');
    await publish('hunter2');

    const [newest, oldest] = await lettersOnce(2);

    expect(newest).toEqual({
      id: expect.stringMatching(/^\d+-[0-9a-z]+$/),
      consumer: durables.auditEntries.name,
      subject: SUBJECT,
      reason: 'not a known fact: it is not JSON',
      attempts: 1,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      message_id: 'm-hunter2',
      part: null,
      replayed_at: null,
    });
    expect(oldest?.message_id).toBe('m-{"id":7}');
    const first = await list({ limit: 1 });
    expect(first).toMatchObject({ has_more: true, data: [{ id: newest?.id }] });
    expect(await list({ limit: 1, cursor: first.next_cursor! })).toEqual({
      data: [oldest],
      has_more: false,
      next_cursor: null,
    });
    const oldestFirst = await list({ limit: 1, order: 'asc' });
    expect(oldestFirst).toMatchObject({ has_more: true, data: [oldest] });
    expect(await list({ limit: 1, order: 'asc', cursor: oldestFirst.next_cursor! })).toEqual({
      data: [newest],
      has_more: false,
      next_cursor: null,
    });
    for (const order of ['asc', 'desc'] as const) {
      const beyond = await list({ order, cursor: '999999999999999-0' });
      expect(beyond.data).toEqual(order === 'asc' ? [] : [newest, oldest]);
      expect(beyond.has_more).toBe(false);
    }
    expect((await list({ consumer: 'flags-environments' })).data).toEqual([]);
    await expect(list({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('are replayed once and audited; a message that fails again becomes a new dead letter', async () => {
    const before = await lettersOnce(2);
    const { id } = before[0]!;

    const answer = await replay(id);
    const after = await lettersOnce(3);

    expect(answer).toMatchObject({ id, replayed_at: expect.stringMatching(/Z$/) });
    expect(after.map((letter) => letter.replayed_at !== null)).toEqual([false, true, false]);
    expect(after[0]).toMatchObject({ subject: SUBJECT, reason: before[0]!.reason });
    expect(after[0]!.message_id).not.toBe(before[0]!.message_id);
    await expect(replay(id)).rejects.toMatchObject({ code: 'conflict' });
    await audit.chainOf(PLATFORM, 1);
    expect(await replayed()).toEqual([id]);
  });

  it('of one element of a pack are replayed as a pack of one', async () => {
    const consumer = await aPack('[{"n":1},{"n":2}]');
    const message = (await consumer.next({ expires: 5_000 }))!;
    const part = { id: 'n2', data: '{"n":2}' };
    const name = durables.analyticsEvents.name;
    await writeDeadLetter(connection(), { consumer: name, message, reason: 'bad', attempts: 1, part });
    message.term();
    const [letter] = (await lettersOnce(1, { consumer: name })) as [DeadLetterView];

    await replay(letter.id);

    const again = (await consumer.next({ expires: 5_000 }))!;
    expect([again.string(), again.subject, again.headers?.get('loom-kind')]).toEqual([
      '[{"n":2}]',
      `capture.${ORG_A}`,
      'events',
    ]);
    expect([letter.part, again.headers?.get('loom-replay-of')]).toEqual(['n2', letter.id]);
    again.ack();
  });

  async function aPack(text: string) {
    const js = jetstream(connection());
    const head = headers();
    head.set('loom-kind', 'events');
    await js.publish(`capture.${ORG_A}`, text, { msgID: 'pack-1', headers: head });
    const { stream, name } = durables.analyticsEvents;
    return js.consumers.get(stream, name);
  }

  it('that cannot be replayed change nothing', async () => {
    const known = (await list()).data.length;
    await jetstream(connection()).publish(SUBJECT, Uint8Array.of(0xff, 0));
    const newest = (await lettersOnce(known + 1))[0]!;
    const audited = await replayed();

    await expect(replay(newest.id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(replay('1-0')).rejects.toMatchObject({ code: 'not_found' });
    await expect(replay('nothing')).rejects.toMatchObject({ code: 'not_found' });

    expect((await list({ limit: 1 })).data[0]).toEqual(newest);
    expect(await replayed()).toEqual(audited);
  });

  it('are all found by paging though one request reads a limited number', async () => {
    const manager = await jetstreamManager(connection());
    const { messages } = (await manager.streams.info('DEAD')).state;
    for (let i = 0; i < 2_100; i += 1) connection().publish('dead.another-consumer', 'x');
    await connection().flush();

    const found: string[] = [];
    let pages = 0;
    for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
      const page = await list({ consumer: durables.auditEntries.name, ...(cursor && { cursor }) });
      found.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }

    expect(pages).toBeGreaterThanOrEqual(2);
    expect(found).toHaveLength(messages - 1);
  });
});
