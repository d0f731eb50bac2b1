import { AppError, invalid, parseRfc3339 } from '#libs/kernel';
import { formatApiKey, isAllowedOrigin, type CreateApiKeyCommand, type KeyType } from '#libs/contracts';
import { displayName } from '../names.js';

export type KeyFamily = 'flags' | 'analytics';
interface KeyEnvironment {
  readonly id: string;
  readonly name: string;
}
export interface ApiKey {
  readonly id: string;
  readonly orgId: string;
  readonly environment?: KeyEnvironment;
  readonly keyType: KeyType;
  readonly name: string;
  readonly lookupId: string;
  readonly keyHash: string;
  readonly allowedOrigins: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly lastUsedAt?: Date;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
}
/** The part of a key that is checked without the database. */
export type KeyTerms = Pick<ApiKey, 'keyType' | 'name' | 'allowedOrigins' | 'expiresAt'>;

const MAX_ORIGINS = 100;
const LOOKUP_LENGTH = 12;
/** Keys that may be published in pages. */
const PUBLISHED: ReadonlySet<KeyType> = new Set(['flags_client', 'analytics_write']);

/** @throws AppError `invalid_name`, `invalid_environment_name`, `unknown_field`, `invalid_type`, `invalid_timestamp` */
export function keyTerms(command: CreateApiKeyCommand, at: Date): KeyTerms {
  const { key_type: keyType, environment, allowed_origins: origins = [], expires_at: expires } = command;
  if (familyOf(keyType) === 'flags' && environment === undefined) {
    throw invalid('invalid_environment_name', 'environment', 'A flags key belongs to an environment');
  }
  if (origins.length > 0 && !PUBLISHED.has(keyType)) {
    throw invalid('unknown_field', 'allowed_origins', 'Only client and write keys have allowed origins');
  }
  const expiresAt = expires === undefined ? undefined : expiry(expires, at);
  return { keyType, name: displayName(command.name), allowedOrigins: checkedOrigins(origins), expiresAt };
}

/** The key itself and its look-up id. `random` is 40 hex digits. */
export function mintKey(keyType: KeyType, environment: string | undefined, random: string) {
  return { key: formatApiKey(keyType, environment, random), lookupId: random.slice(0, LOOKUP_LENGTH) };
}

/** @throws AppError `already_revoked` */
export function revokeKey(key: ApiKey, at: Date): ApiKey {
  if (key.revokedAt === undefined) return { ...key, revokedAt: at };
  throw new AppError('already_revoked', 'The key was revoked before');
}

export function familyOf(keyType: KeyType): KeyFamily {
  return keyType.startsWith('flags_') ? 'flags' : 'analytics';
}

/** Compared byte by byte, so they are kept exactly as browsers send them. */
function checkedOrigins(origins: readonly string[]): readonly string[] {
  if (origins.length > MAX_ORIGINS) {
    throw invalid('too_long', 'allowed_origins', `A key has at most ${MAX_ORIGINS} allowed origins`);
  }
  const wrong = origins.findIndex((origin) => !isAllowedOrigin(origin));
  if (wrong === -1) return [...new Set(origins)];
  const rule =
    'A scheme, a host and a port if needed, like https://app.example.com; the first label of the host may be *';
  throw invalid('invalid_type', `allowed_origins[${wrong}]`, rule);
}

function expiry(text: string, now: Date): Date {
  const at = parseRfc3339(text);
  if (at !== undefined && at > now.getTime()) return new Date(at);
  throw invalid('invalid_timestamp', 'expires_at', 'expires_at is a time in the future, like 2030-01-31T12:00:00Z');
}
