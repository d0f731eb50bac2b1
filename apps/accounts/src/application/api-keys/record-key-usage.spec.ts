import { ApiKeyUsedV1, systemOrigin } from '#libs/contracts';
import { completeFact } from '#libs/facts';
import { anOrganization, day, UNKNOWN } from '../../../test/contract/builders.js';
import type { KeyUse } from './ports.js';
import { RecordKeyUsage } from './record-key-usage.js';

const acme = anOrganization();

function aFact(keys: readonly { key_id: string; last_used_at: string }[]) {
  const draft = ApiKeyUsedV1.of(systemOrigin(acme.id, 'request'), { keys: [...keys] });
  return completeFact(draft, { id: UNKNOWN, at: day(3), source: 'evaluation' });
}

describe('RecordKeyUsage', () => {
  it('records the uses of every key in the organization of the fact, at the times that the fact reports', async () => {
    const recorded: [string, readonly KeyUse[]][] = [];
    const usage = new RecordKeyUsage({ record: async (...call) => void recorded.push(call) });

    await usage.execute(
      aFact([
        { key_id: 'first', last_used_at: day(1).toISOString() },
        { key_id: 'second', last_used_at: day(2).toISOString() },
      ]),
    );

    const uses = [
      { keyId: 'first', at: day(1) },
      { keyId: 'second', at: day(2) },
    ];
    expect(recorded).toEqual([[acme.id, uses]]);
  });

  it('fails with the store, so that the fact is delivered again', async () => {
    const usage = new RecordKeyUsage({ record: () => Promise.reject(new Error('no database')) });

    await expect(usage.execute(aFact([]))).rejects.toThrow('no database');
  });
});
