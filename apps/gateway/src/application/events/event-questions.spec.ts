import { accountsRpc, analyticsRpc, type ExportPart, type KeyRecord, type Origin } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { aRecord } from '#libs/testing';
import { ORG } from '../../../test/builders.js';
import { InMemoryServices } from '../../../test/fakes/in-memory-services.js';
import { environment, page } from '../../openapi/examples.js';
import { event } from '../../openapi/analytics-examples.js';
import { EventQuestions } from './event-questions.js';

const origin: Origin = { scope: ORG.id, actor: { type: 'user', id: 'u-1' }, request_id: 'req-1' };
const DEV = { id: '01900000-0000-7000-8000-0000000000d1', name: 'dev' };
const devKey: KeyRecord = aRecord({ environment: DEV });
const wholeKey: KeyRecord = aRecord({ environment: undefined });

function setUp() {
  const services = new InMemoryServices()
    .answer(accountsRpc.getEnvironment, () => environment)
    .answer(analyticsRpc.listEvents, () => page(event))
    .answer(analyticsRpc.countEvents, () => ({ count: 7 }));
  const commands = (subject: string) =>
    services.asked.filter((one) => one.subject === subject).map((one) => one.command);
  return { services, commands, questions: new EventQuestions(services) };
}

describe('EventQuestions', () => {
  it('passes on filter, page and origin', async () => {
    const { services, questions } = setUp();
    const query = { filter: { event_name: 'bought' }, page: { limit: 7, order: 'asc' }, with_total: true } as const;

    expect(await questions.list(query, { origin })).toEqual(page(event));
    expect(services.asked).toEqual([
      {
        subject: analyticsRpc.listEvents.subject,
        command: { filter: { event_name: 'bought' }, page: { limit: 7, order: 'asc' }, with_total: true },
        origin,
      },
    ]);
  });

  it.each<[caller: string, key: KeyRecord | undefined, asked: string | undefined, id: string | undefined]>([
    ['a person', undefined, undefined, undefined],
    ['a person', undefined, 'prod', environment.id],
    ['a person', undefined, environment.id, environment.id],
    ['a key of the organization', wholeKey, undefined, undefined],
    ['a key of the organization', wholeKey, 'prod', environment.id],
    ['a key of dev', devKey, undefined, DEV.id],
    ['a key of dev', devKey, 'dev', DEV.id],
    ['a key of dev', devKey, DEV.id, DEV.id],
  ])('counts for %s (%j) that asks for %s in environment %s', async (_caller, key, asked, id) => {
    const { commands, questions } = setUp();

    expect(await questions.count({ filter: {}, environment: asked }, { origin, key })).toEqual({ count: 7 });
    expect(commands(analyticsRpc.countEvents.subject)).toEqual([{ filter: { environment_id: id } }]);
  });

  it('refuses a key of one environment that asks for another, without a request', async () => {
    const { services, questions } = setUp();

    const count = questions.count({ filter: {}, environment: 'prod' }, { origin, key: devKey });

    await expect(count).rejects.toMatchObject({ code: 'environment_mismatch' });
    expect(services.asked).toEqual([]);
  });

  it('asks accounts for a name and for an id alike', async () => {
    const { commands, questions } = setUp();

    await questions.environmentId('prod', { origin });
    await questions.environmentId(DEV.id, { origin });

    expect(commands(accountsRpc.getEnvironment.subject)).toEqual([{ environment: 'prod' }, { environment: DEV.id }]);
  });

  it('passes on that accounts knows no such environment', async () => {
    const { services, questions } = setUp();
    services.answer(accountsRpc.getEnvironment, () => {
      throw new AppError('not_found', 'There is no such environment');
    });

    for (const environment of ['none', DEV.id])
      await expect(questions.count({ filter: {}, environment }, { origin })).rejects.toMatchObject({
        code: 'not_found',
      });
  });
});

describe('an export', () => {
  const textOf = async (parts: AsyncIterable<string>): Promise<string> => {
    let text = '';
    for await (const part of parts) text += part;
    return text;
  };
  const parts: Record<string, ExportPart> = {
    first: { events: [event], next_cursor: 'second' },
    second: { events: [event], next_cursor: null },
  };
  const exporting = (answer: (cursor?: string) => ExportPart) => {
    const { services, commands, questions } = setUp();
    services.answer(analyticsRpc.exportEvents, ({ cursor }) => answer(cursor));
    const begin = (format: 'ndjson' | 'csv') => questions.export({ filter: {}, format }, { origin, key: wholeKey });
    return { commands, begin };
  };

  it('is the text of all parts, and requests a part when the one before is read', async () => {
    const { commands, begin } = exporting((cursor = 'first') => parts[cursor]!);
    const text = await begin('ndjson');
    expect(commands(analyticsRpc.exportEvents.subject)).toHaveLength(1);

    expect(await textOf(text)).toBe(`${JSON.stringify(event)}\n`.repeat(2));
    expect(commands(analyticsRpc.exportEvents.subject)).toEqual([
      { filter: {}, format: 'ndjson', cursor: undefined },
      { filter: {}, format: 'ndjson', cursor: 'second' },
    ]);
  });

  it('has the head of the table in CSV, also without events', async () => {
    const { begin } = exporting(() => ({ events: [], next_cursor: null }));

    expect(await textOf(await begin('csv'))).toMatch(/^\ufeffevent_id,.*,properties\r\n$/);
    expect(await textOf(await begin('ndjson'))).toBe('');
  });

  it('does not begin when the first part is refused', async () => {
    const { begin } = exporting(() => {
      throw new AppError('too_large', 'More than 10,000 events match');
    });

    await expect(begin('csv')).rejects.toMatchObject({ code: 'too_large' });
  });

  it('throws while it is read when a later part fails', async () => {
    const { begin } = exporting((cursor) => {
      if (cursor !== undefined) throw new AppError('overloaded', 'The event store is overloaded');
      return parts['first']!;
    });
    const text = await begin('ndjson');

    await expect(textOf(text)).rejects.toMatchObject({ code: 'overloaded' });
  });
});
