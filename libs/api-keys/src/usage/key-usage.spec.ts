import { ApiKeyUsedV1, parseFact } from '#libs/contracts';
import { createLogger } from '#libs/observability';
import { KeyUsage } from './key-usage.js';
import { aRecord, CountingIds, FixedClock, InMemoryPublisher, START } from '#libs/testing';

const publishedBy = ({ messages }: InMemoryPublisher) =>
  messages.map(({ subject, payload }) => ({ subject, data: parseFact(payload, [ApiKeyUsedV1]).data }));

describe('KeyUsage', () => {
  const setUp = () => {
    const used: ReturnType<KeyUsageKeys['takeUsed']>[number][] = [];
    const publisher = new InMemoryPublisher();
    const clock = new FixedClock();
    const logger = createLogger({ service: 'test', level: 'silent' });
    const keys = { takeUsed: () => used.splice(0) };
    return {
      used,
      publisher,
      usage: new KeyUsage({ keys, publisher, clock, ids: new CountingIds(), logger, source: 'evaluation' }),
    };
  };
  type KeyUsageKeys = ConstructorParameters<typeof KeyUsage>[0]['keys'];
  const lastUsed = (key_id: string, ms: number) => ({ key_id, last_used_at: new Date(START + ms).toISOString() });

  it('publishes one fact for the keys of an organization, and nothing when none was used', async () => {
    const { used, publisher, usage } = setUp();
    used.push({ record: aRecord(), at: START }, { record: aRecord({ id: 'k2' }), at: START + 1 });
    used.push({ record: aRecord({ id: 'k3', org_id: 'o2' }), at: START });

    await usage.publish();
    await usage.publish();

    expect(publishedBy(publisher)).toEqual([
      { subject: 'apikey.used.o1', data: { keys: [lastUsed('k1', 0), lastUsed('k2', 1)] } },
      { subject: 'apikey.used.o2', data: { keys: [lastUsed('k3', 0)] } },
    ]);
  });

  it('publishes later what the bus did not store, with the newest time', async () => {
    const { used, publisher, usage } = setUp();
    publisher.failWith = new Error('away');
    used.push({ record: aRecord(), at: START });
    await usage.publish();

    publisher.failWith = undefined;
    used.push({ record: aRecord(), at: START + 9 });
    await usage.publish();

    expect(publishedBy(publisher)).toEqual([{ subject: 'apikey.used.o1', data: { keys: [lastUsed('k1', 9)] } }]);
  });
});
