import { MAX_ACCESS_TOKEN_MS, parseEmail } from '#libs/contracts';
import { Secret } from '#libs/kernel';
import { defineSettings, duration, type Token } from '#libs/service';
import { z } from 'zod';
import type { AccountsPolicy } from './application/ports/policy.js';

export interface AccountsSettings extends AccountsPolicy {
  /** Failed sign-ins per minute, account and address. */
  readonly signInFailures: number;
  /** Unknown tokens of links per minute and address. */
  readonly linkFailures: number;
}

export const ACCOUNTS_SETTINGS: Token<AccountsSettings> = 'AccountsSettings';
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const MIN_PASSWORD = 12;
const email = z.string().refine((text) => parseEmail(text) !== undefined, 'is not an e-mail address');
/** Gateways keep the ids of ended sessions for as long as a token can live. */
const accessTtl = duration.refine((ms) => ms <= MAX_ACCESS_TOKEN_MS, 'is at most 1h');
const quota = (usual: number) => z.coerce.number().int().min(1).max(1_000_000).default(usual);

export const accountsSettings = defineSettings(
  ACCOUNTS_SETTINGS,
  {
    LOOM_ADMIN_EMAIL: email.optional().describe('The first super admin, created when there are no users'),
    LOOM_ADMIN_PASSWORD: z.string().min(MIN_PASSWORD).optional().describe('The password of the first super admin'),
    LOOM_TOKEN_ISSUER: z.string().min(1).default('loom').describe('`iss` of access tokens'),
    LOOM_TOKEN_AUDIENCE: z.string().min(1).default('loom').describe('`aud` of access tokens'),
    LOOM_ACCESS_TTL: accessTtl.prefault('15m').describe('Lifetime of an access token, at most an hour'),
    LOOM_REFRESH_TTL_WEB: duration.prefault('7d').describe('Lifetime of a refresh token of a browser'),
    LOOM_REFRESH_TTL_NATIVE: duration.prefault('30d').describe('Lifetime of a refresh token of any other client'),
    LOOM_SESSION_MAX: duration.prefault('30d').describe('Largest age of a session, however often it is renewed'),
    LOOM_SIGNING_KEY_ROTATION: duration.prefault('90d').describe('Largest age of the key that signs access tokens'),
    LOOM_OPEN_ORGS: flag.prefault('false').describe('Whether every user may create organizations'),
    LOOM_QUOTA_ENVIRONMENTS: quota(50).describe('Environments of an organization'),
    LOOM_QUOTA_KEYS: quota(2_000).describe('Keys of an organization that are not revoked'),
    LOOM_QUOTA_MEMBERS: quota(1_000).describe('Members of an organization, with its open invitations'),
    LOOM_LIMIT_SIGN_IN: z.coerce.number().int().min(1).max(1_000).default(5).describe('Failed sign-ins per minute'),
    LOOM_LIMIT_LINKS: z.coerce.number().int().min(1).max(10_000).default(30).describe('Unknown links per minute'),
  },
  (env): AccountsSettings => ({
    issuer: env.LOOM_TOKEN_ISSUER,
    audience: env.LOOM_TOKEN_AUDIENCE,
    accessTtlS: env.LOOM_ACCESS_TTL / 1_000,
    refreshTtlMs: { web: env.LOOM_REFRESH_TTL_WEB, native: env.LOOM_REFRESH_TTL_NATIVE },
    sessionMaxMs: env.LOOM_SESSION_MAX,
    keyRotationMs: env.LOOM_SIGNING_KEY_ROTATION,
    openOrganizations: env.LOOM_OPEN_ORGS,
    firstAdmin: firstAdmin(env.LOOM_ADMIN_EMAIL, env.LOOM_ADMIN_PASSWORD),
    signInFailures: env.LOOM_LIMIT_SIGN_IN,
    linkFailures: env.LOOM_LIMIT_LINKS,
    quotas: {
      environments: env.LOOM_QUOTA_ENVIRONMENTS,
      keys: env.LOOM_QUOTA_KEYS,
      members: env.LOOM_QUOTA_MEMBERS,
    },
  }),
);

function firstAdmin(email: string | undefined, password: string | undefined): AccountsSettings['firstAdmin'] {
  return email === undefined || password === undefined ? undefined : { email, password: new Secret(password) };
}
