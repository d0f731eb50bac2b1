import { PACK_SUBJECTS } from '../intake/pack.js';
import { CAPTURE_STREAM } from './streams.js';

/** A durable pull consumer with explicit ack. One filter each: Debian's nats-server does not support `filter_subjects`. */
export interface DurableDefinition {
  readonly name: string;
  readonly stream: string;
  readonly filter: string;
  /** Upper bound of delivered messages that are not acknowledged yet. Default: 256. */
  readonly maxAckPending?: number;
  /** Time without an acknowledgement or progress report after which a message is delivered again. Default: 30 s. */
  readonly ackWaitMs?: number;
}

export const durables = {
  flagsEnvironments: { name: 'flags-environments', stream: 'ACCOUNTS', filter: 'environment.>' },
  accountsKeyUsage: { name: 'accounts-key-usage', stream: 'KEY_USAGE', filter: 'apikey.used.>' },
  analyticsOrganizations: { name: 'analytics-organizations', stream: 'ACCOUNTS', filter: 'organization.>' },
  auditEntries: { name: 'audit-entries', stream: 'AUDIT', filter: 'audit.>' },
  analyticsEvents: {
    name: 'analytics-events',
    stream: CAPTURE_STREAM,
    filter: PACK_SUBJECTS,
    maxAckPending: 1_000,
  },
} as const satisfies Record<string, DurableDefinition>;
