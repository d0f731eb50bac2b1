import { uuidv7 } from 'uuidv7';
import type { AuditFact } from '../src/domain/entry.js';

export const ORG_A = '01900000-0000-7000-8000-00000000000a';
export const ORG_B = '01900000-0000-7000-8000-00000000000b';

interface Wanted extends Partial<AuditFact['data']> {
  readonly id?: string;
  readonly org_id?: string | null;
  readonly timestamp?: string;
  readonly actorId?: string;
  readonly traceparent?: string;
}

/** A fact as the flags service publishes it. */
export function aFact({
  id = uuidv7(),
  org_id = ORG_A,
  timestamp,
  actorId = 'user-1',
  traceparent,
  ...data
}: Wanted = {}): AuditFact {
  return {
    id,
    type: 'audit.recorded',
    version: 1,
    timestamp: timestamp ?? '2026-01-01T00:00:00.000Z',
    org_id,
    actor: { type: 'user', id: actorId, name: 'a@example.com' },
    data: {
      event: 'FlagUpdated',
      severity: 'info',
      action: 'update',
      resource_type: 'flag',
      resource_id: '01900000-0000-7000-8000-0000000000f1',
      resource_key: 'checkout.new_flow',
      environment: null,
      before: { name: 'a' },
      after: { name: 'b' },
      reason: null,
      note: null,
      request_id: 'request-1',
      user_agent: 'jest',
      metadata: {},
      ...data,
    },
    metadata: { correlation_id: 'request-1', source: 'flags', traceparent },
  };
}
