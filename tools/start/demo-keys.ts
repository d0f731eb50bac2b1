import { bearer, call } from '#libs/local-servers';
import type { Credentials } from './credentials.js';
import { patiently } from './patiently.js';

type Keys = Credentials['keys'];

/** One key of the demo organization: where it is in the credentials, and how it is made. */
interface KeySlot {
  readonly name: string;
  /** The route that creates it, after `/api/orgs/{org}`. */
  readonly path: string;
  readonly type: 'server' | 'client' | 'write' | 'rw';
  in(keys: Keys): string | null;
  with(keys: Keys, key: string | null): Keys;
}

const flagsSlot = (env: 'dev' | 'prod', type: 'server' | 'client'): KeySlot => ({
  name: `Demo ${env} ${type}`,
  path: `/environments/${env}/sdk-keys`,
  type,
  in: ({ flags }) => flags[env][type],
  with: (keys, key) => ({ ...keys, flags: { ...keys.flags, [env]: { ...keys.flags[env], [type]: key } } }),
});

const analyticsSlot = (type: 'write' | 'rw', name: string): KeySlot => ({
  name,
  path: '/analytics/keys',
  type,
  in: ({ analytics }) => analytics[type],
  with: (keys, key) => ({ ...keys, analytics: { ...keys.analytics, [type]: key } }),
});

export const KEY_SLOTS: readonly KeySlot[] = [
  flagsSlot('dev', 'server'),
  flagsSlot('dev', 'client'),
  flagsSlot('prod', 'server'),
  flagsSlot('prod', 'client'),
  analyticsSlot('write', 'Demo intake'),
  analyticsSlot('rw', 'Demo analytics'),
];

export const NO_KEYS: Keys = {
  flags: { dev: { server: null, client: null }, prod: { server: null, client: null } },
  analytics: { write: null, rw: null },
};

/** The keys that the platform still accepts; null for the others. */
export async function liveKeys(baseUrl: string, keys: Keys): Promise<Keys> {
  const isLive = await Promise.all(
    KEY_SLOTS.map(async (slot) => {
      const key = slot.in(keys);
      return key !== null && (await patiently(() => isAccepted(baseUrl, slot, key)));
    }),
  );
  return KEY_SLOTS.reduce((kept, slot, index) => (isLive[index] ? kept : slot.with(kept, null)), keys);
}

/** Asks without an effect: an evaluation of nothing, and a batch without events, which is refused after the key. */
async function isAccepted(baseUrl: string, { type }: KeySlot, key: string): Promise<boolean> {
  const isForFlags = type === 'server' || type === 'client';
  const path = isForFlags ? '/ofrep/v1/evaluate/flags' : '/api/analytics/batch';
  const body = isForFlags ? { context: { targetingKey: 'start' } } : { batch: [] };
  const { status } = await call('POST', baseUrl + path, body, bearer(key));
  return status !== 401 && status !== 403;
}
