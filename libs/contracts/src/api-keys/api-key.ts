import { ENVIRONMENT_NAME } from '../identifiers.js';

export const KEY_TYPES = ['flags_client', 'flags_server', 'analytics_write', 'analytics_rw'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** The parts of an API key. `environment` is the name of its environment; analytics keys may have none. */
export interface ParsedApiKey {
  readonly type: KeyType;
  readonly environment?: string;
  readonly lookupId: string;
  readonly secret: string;
}

const LOOKUP_LENGTH = 12;
const RANDOM = /^[0-9a-f]{40}$/;
const prefixes = KEY_TYPES.map((type) => ({ type, prefix: `loom_${type}_` }));

/** `loom_flags_server_{env}_{random}`. `random` is 40 hex digits: 12 of the lookup id, 28 of the secret (specification 07). */
export function formatApiKey(type: KeyType, environment: string | undefined, random: string): string {
  return `loom_${type}_${environment === undefined ? '' : `${environment}_`}${random}`;
}

/** Parses from both ends, because the environment in the middle may contain `_`. `undefined` when it is not an API key of Loom. */
export function parseApiKey(key: string): ParsedApiKey | undefined {
  const kind = prefixes.find(({ prefix }) => key.startsWith(prefix));
  const random = key.slice(-40);
  if (kind === undefined || key.length < kind.prefix.length + 40 || !RANDOM.test(random)) return undefined;
  const middle = key.slice(kind.prefix.length, -40);
  const environment = middle === '' ? undefined : middle.slice(0, -1);
  if (environment === undefined && kind.type.startsWith('flags_')) return undefined;
  if (environment !== undefined && !(middle.endsWith('_') && ENVIRONMENT_NAME.test(environment))) return undefined;
  const lookupId = random.slice(0, LOOKUP_LENGTH);
  return { type: kind.type, environment, lookupId, secret: random.slice(LOOKUP_LENGTH) };
}
