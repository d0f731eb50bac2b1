import type { FactHandler } from '#libs/bus';
import type { ApiKeyUsedV1, FactOf } from '#libs/contracts';
import type { RecordKeyUsage } from '../application/api-keys/record-key-usage.js';

/** The durable takes `apikey.used.>` alone, and the schema was checked before. */
export const onApiKeyUsed =
  (recordKeyUsage: RecordKeyUsage): FactHandler =>
  (fact) =>
    recordKeyUsage.execute(fact as FactOf<typeof ApiKeyUsedV1>);
