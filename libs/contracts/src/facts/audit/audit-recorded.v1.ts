import { z } from 'zod';
import { defineFact } from '../define-fact.js';

export const SEVERITIES = ['debug', 'info', 'notice', 'warning', 'error', 'critical'] as const;

/** Carries an audit entry from the transaction of the change to the audit service (specification 08). */
export const AuditRecordedV1 = defineFact(
  'audit.recorded',
  1,
  'An action that belongs in the audit log was done or refused. The fact is written in the same transaction as the change.',
  z.object({
    event: z.string(),
    severity: z.enum(SEVERITIES),
    action: z.string(),
    resource_type: z.string(),
    resource_id: z.string(),
    resource_key: z.string().nullable(),
    environment: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    request_id: z.string(),
    user_agent: z.string().nullable(),
    ip: z.string().nullable().optional().describe('Address of the caller; absent in facts of earlier versions'),
    metadata: z.record(z.string(), z.unknown()),
  }),
);
