import { UUID } from '#libs/contracts';
import { CountingIds } from './counting-ids.js';
import { FixedClock } from './fixed-clock.js';
import { InMemoryPublisher } from './in-memory-publisher.js';

describe('FixedClock', () => {
  it('stands still until it is advanced', () => {
    const clock = new FixedClock('2026-01-01T00:00:00Z');
    const before = clock.now();

    clock.advance(1_500);

    expect(before.toISOString()).toBe('2026-01-01T00:00:00.000Z');
    expect(clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z');
  });
});

describe('CountingIds', () => {
  it('gives a different valid id each time', () => {
    const ids = new CountingIds();
    const [first, second] = [ids.next(), ids.next()];

    expect(first).toMatch(UUID);
    expect(second).not.toBe(first);
  });
});

describe('InMemoryPublisher', () => {
  const options = { msgId: 'm1', headers: {} };

  it('stores a message once per id', async () => {
    const publisher = new InMemoryPublisher();

    await publisher.publish('flag.created.o1', '{}', options);
    await publisher.publish('flag.created.o1', new TextEncoder().encode('{}'), options);

    expect(publisher.messages).toEqual([{ subject: 'flag.created.o1', payload: '{}', ...options }]);
  });

  it('fails while `failWith` is set', async () => {
    const publisher = new InMemoryPublisher();
    publisher.failWith = new Error('no answer');

    await expect(publisher.publish('flag.created.o1', '{}', options)).rejects.toThrow('no answer');
    expect(publisher.messages).toEqual([]);
  });
});
