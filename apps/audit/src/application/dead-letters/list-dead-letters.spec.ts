import { PLATFORM, systemOrigin } from '#libs/contracts';
import { aLetter, InMemoryDeadLetters, InMemoryReplays, REPLAYED_AT } from './dead-letters.spec-support.js';
import { ListDeadLetters } from './list-dead-letters.js';

describe('ListDeadLetters', () => {
  const letters = [aLetter({ id: '3-a' }), aLetter({ id: '2-a', consumer: 'audit-entries' }), aLetter({ id: '1-a' })];
  const setUp = () => {
    const replays = new InMemoryReplays();
    return { replays, listDeadLetters: new ListDeadLetters(new InMemoryDeadLetters(letters), replays) };
  };

  it('shows each dead letter without its message', async () => {
    const { data } = await setUp().listDeadLetters.execute({ limit: 1 });

    expect(data).toEqual([
      {
        id: '3-a',
        consumer: 'flags-environments',
        subject: 'environment.created.o1',
        reason: 'a bug',
        attempts: 6,
        at: '2026-01-01T00:00:00.000Z',
        message_id: 'f1',
        part: null,
        replayed_at: null,
      },
    ]);
  });

  it('shows the time of the replay', async () => {
    const { replays, listDeadLetters } = setUp();
    await replays.add(letters[1]!, { subject: 's', payload: '{}', headers: {} }, systemOrigin(PLATFORM, 'r1'));

    const { data } = await listDeadLetters.execute({ limit: 3 });

    expect(data.map(({ replayed_at }) => replayed_at)).toEqual([null, REPLAYED_AT.toISOString(), null]);
  });

  it('gives a cursor until the last page', async () => {
    const { listDeadLetters } = setUp();

    const first = await listDeadLetters.execute({ limit: 2 });
    const second = await listDeadLetters.execute({ limit: 2, cursor: first.next_cursor! });

    expect([first.has_more, second.has_more, second.next_cursor]).toEqual([true, false, null]);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(['3-a', '2-a', '1-a']);
  });

  it('lists the dead letters of one consumer', async () => {
    const { data } = await setUp().listDeadLetters.execute({ limit: 3, consumer: 'audit-entries' });

    expect(data.map(({ id }) => id)).toEqual(['2-a']);
  });
});
