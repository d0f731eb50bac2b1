import { formatApiKey, type KeyRecord, type FoundKey } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { KeyCheck, Revocations } from '#libs/api-keys';
import { FixedClock } from './fixed-clock.js';

export const START = Date.parse('2026-01-01T00:00:00Z');
export const LOOKUP = 'a1b2c3d4e5f6';
export const aKey = (secret = '0', lookupId = LOOKUP): string =>
  formatApiKey('flags_server', 'dev', lookupId.padEnd(40, secret));
export const KEY = aKey();
export const HERE = '192.0.2.1';

/** Holds one key; a test may replace `answer`. */
class StubDirectory {
  asked = 0;
  answer: (lookupId: string) => Promise<FoundKey> = (lookupId) =>
    Promise.resolve(lookupId === LOOKUP ? aRecord() : null);
  find(lookupId: string): Promise<FoundKey> {
    this.asked += 1;
    return this.answer(lookupId);
  }
}

/** The hash of a key is the key itself. Counts its calls; `hold` delays them. */
class PlainHasher {
  asked = 0;
  hold: Promise<void> | undefined;
  async verify(hashed: string | undefined, key: string): Promise<boolean> {
    this.asked += 1;
    await this.hold;
    return hashed === key;
  }
}

export function aRecord(changes: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: 'k1',
    lookup_id: LOOKUP,
    key_hash: KEY,
    key_type: 'flags_server',
    org_id: 'o1',
    environment: { id: 'e1', name: 'dev' },
    allowed_origins: [],
    ...changes,
  };
}

export function aCheck() {
  const directory = new StubDirectory();
  const revocations = new Revocations();
  const clock = new FixedClock(START);
  const hasher = new PlainHasher();
  const check = new KeyCheck({ directory, revocations, clock, hasher, graceMs: 600_000 });
  /** The code of the refusal, or `accepted`. */
  const outcome = async (key: string, address = HERE): Promise<string> => {
    try {
      await check.check(key, address);
      return 'accepted';
    } catch (error) {
      return error instanceof AppError ? error.code : String(error);
    }
  };
  return { directory, revocations, clock, hasher, check, outcome };
}
