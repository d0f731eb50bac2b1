import { MemberAddedV1 } from '#libs/contracts';
import { anOrganization, aUser } from '../../test/contract/builders.js';
import { originIn } from '../../test/in-memory/world.js';
import { auditOfChange, recordChange } from './record-change.js';

const events = { insert: 'ThingMade', update: 'ThingChanged', delete: 'ThingDeleted' } as const;
const resource = { events, resourceType: 'thing', resourceId: '1' };
const origin = originIn(anOrganization(), aUser());

describe('the audit entry of a change', () => {
  it.each([
    ['insert', 'ThingMade', { after: { n: 1 } }],
    ['update', 'ThingChanged', { before: { n: 1 }, after: { n: 2 } }],
    ['delete', 'ThingDeleted', { before: { n: 2 } }],
  ])('is %s by the states it has', (action, event, states) => {
    expect(auditOfChange(resource, states)).toEqual({
      event,
      action,
      resourceType: 'thing',
      resourceId: '1',
      ...states,
    });
  });
});

describe('a recorded change', () => {
  const fact = MemberAddedV1.of(origin, { user_id: 'ann', role: 'member', permissions: [] });
  const audit = auditOfChange(resource, { after: {} });

  it('queues its fact before its audit entry, both by the same origin', async () => {
    const queued: unknown[] = [];
    const outbox = {
      add: async (draft: unknown) => queued.push(draft),
      audit: async (...entry: unknown[]) => queued.push(entry),
    };

    await recordChange(outbox, origin, { fact, audit });

    expect(queued).toEqual([fact, [origin, audit]]);
  });

  it('fails with either of them, so that its transaction leaves nothing behind', async () => {
    const full = () => Promise.reject(new Error('full'));
    const fine = async () => undefined;

    await expect(recordChange({ add: full, audit: fine }, origin, { fact, audit })).rejects.toThrow('full');
    await expect(recordChange({ add: fine, audit: full }, origin, { fact, audit })).rejects.toThrow('full');
  });
});
