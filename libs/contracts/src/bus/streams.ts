import { PACK_SUBJECTS } from '../intake/pack.js';

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

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** Its size is a setting: it limits how long capture accepts events while analytics does not store any. */
export const CAPTURE_STREAM = 'CAPTURE';

/** Dead letters: messages that a consumer gave up on, one subject per consumer. Services write them with `writeDeadLetter`. */
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
    subjects: ['organization.>', 'environment.>', 'member.>', 'user.>', 'apikey.created.>', 'apikey.revoked.>'],
    retention: 'limits',
    maxBytes: 64 * MIB,
    maxAgeMs: 7 * DAY_MS,
  },
  // Many facts of little value: in a stream of their own they cannot evict others, and are refused when nothing consumes them.
  { name: 'KEY_USAGE', subjects: ['apikey.used.>'], retention: 'interest', maxBytes: 16 * MIB },
  // Every user can cause many of them; each is of use as long as an access token lives.
  {
    name: 'SESSIONS',
    subjects: ['session.>'],
    retention: 'limits',
    maxBytes: 16 * MIB,
    maxAgeMs: DAY_MS,
  },
  { name: 'USAGE', subjects: ['evaluation.>'], retention: 'limits', maxBytes: 128 * MIB, maxAgeMs: 7 * DAY_MS },
  { name: 'AUDIT', subjects: ['audit.>'], retention: 'interest', maxBytes: 256 * MIB },
  DEAD_STREAM,
  // Last, because it takes the space that the others leave. Holds packs of events, not facts, until they are stored.
  {
    name: CAPTURE_STREAM,
    subjects: [PACK_SUBJECTS],
    retention: 'interest',
    maxBytes: 8_192 * MIB,
    shrinksToFit: true,
  },
];
