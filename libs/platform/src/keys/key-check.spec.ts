import { hash } from 'argon2';
import { formatApiKey, type KeyRecord } from '#libs/contracts';
import { AppError, Clock } from '#libs/kernel';
import { KeyCheck } from './key-check.js';
import { KeyDirectory } from './key-directory.js';

const RANDOM = 'a1b2c3d4e5f6'.padEnd(40, '0');
const KEY = formatApiKey('flags_server', 'dev', RANDOM);
const WRONG = formatApiKey('flags_server', 'dev', 'a1b2c3d4e5f6'.padEnd(40, '1'));

class SettableClock extends Clock {
  at = Date.parse('2026-01-01T00:00:00Z');
  override now(): Date {
    return new Date(this.at);
  }
}
class CountingDirectory extends KeyDirectory {
  asked = 0;
  record: KeyRecord | null = null;
  answer: (record: KeyRecord | null) => Promise<KeyRecord | null> = (record) => Promise.resolve(record);
  override find(): Promise<KeyRecord | null> {
    this.asked += 1;
    return this.answer(this.record);
  }
}

describe('KeyCheck', () => {
  let record: KeyRecord;
  let directory: CountingDirectory;
  let clock: SettableClock;
  let check: KeyCheck;

  beforeAll(async () => {
    record = {
      id: 'k1',
      lookup_id: 'a1b2c3d4e5f6',
      key_hash: await hash(KEY, { memoryCost: 1024, timeCost: 2, parallelism: 1 }),
      key_type: 'flags_server',
      org_id: 'o1',
      environment: { id: 'e1', name: 'dev' },
      allowed_origins: [],
    };
  });
  beforeEach(() => {
    directory = new CountingDirectory();
    directory.record = record;
    clock = new SettableClock();
    check = new KeyCheck(directory, clock);
  });
  const refusal = async (key: string): Promise<string> => {
    try {
      await check.check(key);
      return 'accepted';
    } catch (error) {
      return error instanceof AppError ? error.code : String(error);
    }
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('asks and hashes once for callers at the same time, then answers at once', async () => {
    const both = await Promise.all([check.check(KEY), check.check(KEY)]);
    expect(both).toEqual([record, record]);
    expect(check.check(KEY)).toBe(both[0]);
    expect(directory.asked).toBe(1);
  });

  it('refuses what has no key’s shape without asking', async () => {
    for (const key of ['', 'loom_flags_server_dev_abc', `loom_flags_server_${RANDOM}`, `${KEY}0`, KEY.toUpperCase()]) {
      expect(await refusal(key)).toBe('invalid_key');
    }
    expect(directory.asked).toBe(0);
  });

  it('remembers a wrong key, and the right one works beside it', async () => {
    expect(await refusal(WRONG)).toBe('invalid_key');
    expect(await refusal(WRONG)).toBe('invalid_key');
    expect(directory.asked).toBe(1);
    expect(await refusal(KEY)).toBe('accepted');
  });

  it('refuses an unknown, an expired and a revoked key alike', async () => {
    directory.record = null;
    expect(await refusal(KEY)).toBe('invalid_key');
    check = new KeyCheck(directory, clock);
    directory.record = { ...record, expires_at: '2025-12-31T00:00:00Z' };
    expect(await refusal(KEY)).toBe('invalid_key');
    check = new KeyCheck(directory, clock);
    directory.record = { ...record, revoked_at: '2025-12-31T00:00:00Z' };
    expect(await refusal(KEY)).toBe('invalid_key');
  });

  it('refuses a key from the moment it expires', async () => {
    directory.record = { ...record, expires_at: '2026-01-01T00:01:00Z' };
    await check.check(KEY);
    clock.at += 59_999;
    expect(await refusal(KEY)).toBe('accepted');
    clock.at += 1;
    expect(await refusal(KEY)).toBe('invalid_key');
  });

  it('keeps a revoked key revoked though a look-up that was under way says it is good', async () => {
    const slow = Promise.withResolvers<KeyRecord | null>();
    directory.answer = () => slow.promise;
    const racing = refusal(KEY);
    check.revoke(record.lookup_id);
    slow.resolve(record);
    expect(await racing).toBe('invalid_key');
    directory.answer = (found) => Promise.resolve(found);
    expect(await refusal(KEY)).toBe('invalid_key');
  });

  it('tells listeners of a revocation', async () => {
    const heard: string[] = [];
    check.onRevoked((lookupId) => heard.push(lookupId));
    await check.check(KEY);
    check.revoke(record.lookup_id);
    expect(heard).toEqual([record.lookup_id]);
  });

  it('confirms a verified key in the background and ends it when the directory says so', async () => {
    await check.check(KEY);
    directory.record = { ...record, revoked_at: '2026-01-01T00:00:10Z' };
    clock.at += 31_000;
    expect(await refusal(KEY)).toBe('accepted');
    await settled();
    expect(await refusal(KEY)).toBe('invalid_key');
  });

  it('accepts a verified key while nobody can be asked, until its grace ends; an unknown one never', async () => {
    await check.check(KEY);
    directory.answer = () => Promise.reject(new AppError('bus_unavailable', 'away'));
    clock.at += 599_000;
    expect(await refusal(KEY)).toBe('accepted');
    expect(await refusal(WRONG)).toBe('bus_unavailable');
    clock.at += 2_000;
    expect(await refusal(KEY)).toBe('bus_unavailable');
  });
});
