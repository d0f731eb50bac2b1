import { PACK_SUBJECTS } from '../intake/pack.js';
import { accountsFacts } from './accounts.v1.js';
import { AuditRecordedV1 } from './audit-recorded.v1.js';
import { EvaluationCountedV1 } from './evaluation.v1.js';
import { flagFacts } from './flags.v1.js';
import { RulesetChangedV1 } from './ruleset-changed.v1.js';
import { targetingFacts } from './targeting.v1.js';

/** Every fact there is. `docs/events.md`, the streams and the NATS permissions come from here. */
export const facts = [
  ...flagFacts,
  ...targetingFacts,
  RulesetChangedV1,
  ...accountsFacts,
  AuditRecordedV1,
  EvaluationCountedV1,
] as const;

export interface StreamDefinition {
  readonly name: string;
  readonly subjects: readonly string[];
  /** `limits` discards the oldest; `interest` keeps until every durable has acknowledged and refuses when full. */
  readonly retention: 'limits' | 'interest';
  readonly maxBytes: number;
  readonly maxAgeMs?: number;
  /** Takes what a smaller disk has room for instead of failing. */
  readonly shrinksToFit?: true;
}

/** Its size is a setting: how long capture goes on taking events in while nobody stores them. */
export const CAPTURE_STREAM = 'CAPTURE';
const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** What consumers gave up on, a subject per consumer; for services to write to by `writeDeadLetter`. */
export const DEAD_STREAM: StreamDefinition = {
  name: 'DEAD',
  subjects: ['dead.>'],
  retention: 'limits',
  maxBytes: 64 * MIB,
  maxAgeMs: 30 * DAY_MS,
};

export const streams: readonly StreamDefinition[] = [
  {
    name: 'FLAGS',
    subjects: ['flag.>', 'strategy.>', 'segment.>', 'killswitch.>', 'ruleset.>'],
    retention: 'limits',
    maxBytes: 256 * MIB,
    maxAgeMs: 7 * DAY_MS,
  },
  {
    name: 'ACCOUNTS',
    subjects: ['organization.>', 'environment.>', 'member.>', 'apikey.created.>', 'apikey.revoked.>'],
    retention: 'limits',
    maxBytes: 64 * MIB,
    maxAgeMs: 7 * DAY_MS,
  },
  // Many and worth little: apart, so that they push nothing out, and refused when nobody takes them.
  { name: 'KEY_USAGE', subjects: ['apikey.used.>'], retention: 'interest', maxBytes: 16 * MIB },
  { name: 'USAGE', subjects: ['evaluation.>'], retention: 'limits', maxBytes: 128 * MIB, maxAgeMs: 7 * DAY_MS },
  { name: 'AUDIT', subjects: ['audit.>'], retention: 'interest', maxBytes: 256 * MIB },
  DEAD_STREAM,
  // The last one, since it takes what the others leave. No facts: packs of events, until they are stored.
  {
    name: CAPTURE_STREAM,
    subjects: [PACK_SUBJECTS],
    retention: 'interest',
    maxBytes: 8_192 * MIB,
    shrinksToFit: true,
  },
];

/** A durable pull consumer with explicit ack. One filter each: Debian's nats-server knows no `filter_subjects`. */
export interface DurableDefinition {
  readonly name: string;
  readonly stream: string;
  readonly filter: string;
  /** Messages that may be under way unacknowledged; 256 unless said. */
  readonly maxAckPending?: number;
  /** How long a delivered message may go without a word before it is delivered again; 30 s unless said. */
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
