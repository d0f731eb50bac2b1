import { systemOrigin } from '#libs/contracts';
import { EntityManager } from 'typeorm';
import { FixedClock } from '#libs/testing';
import { Outbox, type OutboxOptions } from './outbox.js';

const ORG = '01900000-0000-7000-8000-00000000000a';
const origin = { ...systemOrigin(ORG, 'request-1'), traceparent: '00-1-2-01', user_agent: 'curl' };

/** An outbox over a table in memory. */
function anOutbox(options: Partial<OutboxOptions> = {}) {
  const rows: unknown[][] = [];
  const manager = Object.create(EntityManager.prototype, {
    query: { value: async (_sql: string, values: unknown[]) => void rows.push(values) },
  }) as EntityManager;
  const clock = new FixedClock(0);
  return { rows, outbox: new Outbox(manager, { service: 'flags', clock, nextId: () => 'id-1', ...options }) };
}

describe('Outbox', () => {
  it('completes a draft with id, time, actor and metadata', async () => {
    const { outbox } = anOutbox({ causationId: 'id-0' });

    const fact = await outbox.add({
      type: 'flag.updated',
      version: 1,
      scope: ORG,
      environmentId: 'env',
      origin,
      data: { a: 1 },
    });

    expect(fact).toEqual({
      id: 'id-1',
      type: 'flag.updated',
      version: 1,
      timestamp: '1970-01-01T00:00:00.000Z',
      org_id: ORG,
      environment_id: 'env',
      actor: { type: 'system', id: 'loom' },
      data: { a: 1 },
      metadata: { correlation_id: 'request-1', causation_id: 'id-0', source: 'flags', traceparent: '00-1-2-01' },
    });
  });

  it('writes null as the organization of platform facts', async () => {
    const { outbox } = anOutbox();

    const fact = await outbox.add({ type: 'flag.updated', version: 1, scope: 'platform', origin, data: {} });

    expect(fact.org_id).toBeNull();
  });

  it('refuses a fact above the size limit in bytes, and queues no row', async () => {
    const { outbox, rows } = anOutbox({ maxBytes: 1_000 });
    const draft = { type: 'flag.updated', version: 1, scope: ORG, origin };

    await expect(outbox.add({ ...draft, data: 'é'.repeat(400) })).rejects.toMatchObject({
      code: 'too_large',
      status: 413,
    });
    expect(rows).toEqual([]);
    await expect(outbox.add({ ...draft, data: 'e'.repeat(400) })).resolves.toMatchObject({ id: 'id-1' });
  });

  it.each([
    ['insert', 'info'],
    ['archive', 'notice'],
    ['delete', 'notice'],
    ['denied', 'warning'],
  ])('an audit entry of "%s" has severity %s by default', async (action, severity) => {
    const { outbox } = anOutbox();
    const entry = {
      event: 'FlagX',
      action,
      resourceType: 'flag',
      resourceId: 'f1',
      after: { password: 'x', name: 'n' },
    };

    expect((await outbox.audit(origin, entry)).data).toMatchObject({
      severity,
      before: null,
      after: { password: '[redacted]', name: 'n' },
      request_id: 'request-1',
      user_agent: 'curl',
    });
    expect((await outbox.audit(origin, { ...entry, severity: 'critical' })).data.severity).toBe('critical');
  });
});
