import { KeyCheck, Revocations } from '#libs/api-keys';
import { keysGuard } from '#libs/edge';
import { createHttp, registerGuard } from '#libs/http';
import { Argon2Hasher } from '#libs/crypto';
import { createLogger } from '#libs/observability';
import type { KeyRecord } from '#libs/contracts';
import { SystemClock } from '#libs/kernel';
import { GOOD_KEY, LOOKUP_ID } from './keys.js';

/** One route twice, with and without a key, in a process of its own; sends its port to its parent. */
const hasher = new Argon2Hasher('keys');

class OneKey {
  constructor(private readonly record: KeyRecord) {}

  find(lookupId: string): Promise<KeyRecord | null> {
    return Promise.resolve(lookupId === LOOKUP_ID ? this.record : null);
  }
}

const record: KeyRecord = {
  id: 'key',
  lookup_id: LOOKUP_ID,
  key_hash: await hasher.hash(GOOD_KEY),
  key_type: 'flags_server',
  org_id: 'org',
  environment: { id: 'env', name: 'prod' },
  allowed_origins: [],
};
const check = new KeyCheck({
  directory: new OneKey(record),
  revocations: new Revocations(),
  hasher,
  clock: new SystemClock(),
  graceMs: 3_600_000,
});
const logger = createLogger({ service: 'bench', level: 'silent' });
const http = createHttp({
  service: 'bench',
  logger,
  trustProxy: 1,
  limits: { requestsPerSocket: Infinity },
});
registerGuard(http, 'keys', keysGuard(check));
const answer = { flag_key: 'checkout', value: true };
http.get('/open', { config: { access: { kind: 'public' } } }, () => answer);
http.get('/keyed', { config: { access: { kind: 'keys', types: ['flags_server'] } } }, () => answer);
const url = await http.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit(0));
process.send?.(url);
