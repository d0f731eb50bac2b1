import { PLATFORM, type AuditData, type Fact, type Origin } from '#libs/contracts';
import { Secret } from '#libs/kernel';
import { CountingIds, FixedClock } from '#libs/testing';
import { establish, foundingOf } from '../../src/application/organizations/founding.js';
import type { RevokedAt } from '../../src/application/api-keys/ports.js';
import type { AccountsPolicy } from '../../src/application/ports/policy.js';
import type { Hasher, HashRank, TokenSigner } from '../../src/application/ports/secrets.js';
import { FailedNetworks } from '../../src/cache/failed-networks.js';
import { MemoryFailureLimit } from '../../src/cache/memory-failure-limit.js';
import type { AccountsPorts } from '../../src/application/ports/all.js';
import { accountsUseCases } from '../../src/application/composition.js';
import { KeyedEntropy } from '../../src/crypto/keyed-entropy.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import { newMember, type Member, type MemberRights } from '../../src/domain/members/member.js';
import { newUser, type User } from '../../src/domain/people/user.js';
import { InMemoryUnitOfWork } from './unit-of-work.js';

export const DAY_MS = 86_400_000;
export const PASSWORD = 'correct horse battery';
/** Failed attempts that a test may make per minute. */
export const FAILURES = 3;

const policy: AccountsPolicy = {
  issuer: 'loom',
  audience: 'loom',
  accessTtlS: 900,
  refreshTtlMs: { web: 7 * DAY_MS, native: 30 * DAY_MS },
  sessionMaxMs: 30 * DAY_MS,
  openOrganizations: false,
  keyRotationMs: 90 * DAY_MS,
  quotas: { environments: 50, keys: 2_000, members: 1_000 },
};

/** The use cases of accounts in memory, with readable hashes and tokens. */
export class InMemoryAccounts {
  readonly clock = new FixedClock();
  readonly ids = new CountingIds();
  readonly uow = new InMemoryUnitOfWork(this.clock, this.ids);
  readonly hasher = new ReadableHasher();
  readonly networks = new FailedNetworks(this.clock);
  readonly revoked: RevokedAt[] = [];
  readonly keptRecords: unknown[] = [];
  readonly #ports: AccountsPorts = {
    uow: this.uow,
    hasher: this.hasher,
    keyHasher: this.hasher,
    networks: this.networks,
    onLateAudit: (error) => {
      throw error;
    },
    entropy: new KeyedEntropy(new Secret(Buffer.from('key of tests'))),
    failures: new MemoryFailureLimit(this.clock, FAILURES),
    linkFailures: new MemoryFailureLimit(this.clock, FAILURES),
    signer: readableSigner(this.ids),
    keyRecords: { keep: (record) => void this.keptRecords.push(record) },
    revokedKeys: { since: async (at) => this.revoked.filter((key) => key.at >= at) },
    endedSessions: {
      since: async (at) =>
        [...this.uow.tables.sessions.values()].flatMap(({ id, endedAt }) =>
          endedAt !== undefined && endedAt >= at ? [{ id, at: endedAt }] : [],
        ),
    },
    keyUses: { record: async () => undefined },
    clock: this.clock,
    ids: this.ids,
    policy,
  };

  /** One process; each has its own memory of the signing keys. */
  useCases(changes: Partial<AccountsPolicy> = {}) {
    return accountsUseCases({ ...this.#ports, policy: { ...policy, ...changes } });
  }

  /** The facts queued since the last call of `arranged`, without audit entries. */
  get facts(): readonly Fact[] {
    return this.uow.queued.filter(({ type }) => type !== 'audit.recorded');
  }

  /** The audit entries queued since the last call of `arranged`. */
  get audited(): readonly (Fact & { readonly data: AuditData })[] {
    return this.uow.queued.filter(({ type }) => type === 'audit.recorded') as (Fact & { data: AuditData })[];
  }

  /** Ends the arrangement of a test: forgets what was queued. */
  arranged(): void {
    this.uow.clearOutbox();
  }

  /** A user with `PASSWORD`. */
  async user(email: string, changes: Partial<User> = {}): Promise<User> {
    const wish = { id: this.ids.next(), email, passwordHash: hashOf(PASSWORD), isSuperAdmin: false };
    const user = { ...newUser(wish, this.clock.now()), ...changes };
    await this.uow.acrossOrganizations(({ users }) => users.add(user));
    return user;
  }

  superAdmin(email = 'root@loom.localhost'): Promise<User> {
    return this.user(email, { isSuperAdmin: true });
  }

  /** An organization with `dev` and `prod`, and its admin. */
  async organization(admin: User, slug = 'acme'): Promise<Organization> {
    const founding = foundingOf({ name: slug, slug, userId: admin.id }, this.ids, this.clock.now());
    const { organization } = founding;
    await this.uow.inOrganization(organization.id, (stores) => establish(stores, founding, platformOrigin(admin)));
    this.arranged();
    return organization;
  }

  /** Makes a user a member, as an accepted invitation does. */
  async member({ id: orgId }: Organization, user: User, rights: Partial<MemberRights> = {}): Promise<Member> {
    const identity = { id: this.ids.next(), orgId, userId: user.id };
    const member = newMember({ role: 'member', permissions: [], ...rights }, identity, this.clock.now());
    await this.uow.inOrganization(orgId, ({ members }) => members.add(member));
    return member;
  }
}

/** The hash of a text shows the text; `onVerify` runs while a password is compared. `ranks` are those of the comparisons. */
class ReadableHasher implements Hasher {
  onVerify: () => Promise<void> = async () => undefined;
  readonly ranks: (HashRank | undefined)[] = [];

  async hash(text: string): Promise<string> {
    return hashOf(text);
  }

  async verify(hash: string | undefined, text: string, rank?: HashRank): Promise<boolean> {
    this.ranks.push(rank);
    await this.onVerify();
    return hash === hashOf(text);
  }
}

export const hashOf = (text: string): string => `hash of ${text}`;

/** Tokens are their claims in JSON. */
function readableSigner(ids: CountingIds): TokenSigner {
  return {
    generate: async (createdAt) => {
      const kid = ids.next();
      return { kid, publicJwk: { kid }, privatePem: new Secret('pem'), createdAt };
    },
    sign: async ({ kid }, claims) => JSON.stringify({ kid, ...claims }),
  };
}

export function claimsOf(accessToken: string): Readonly<Record<string, unknown>> {
  return JSON.parse(accessToken) as Record<string, unknown>;
}

/** What a user asks of the platform. */
export function platformOrigin({ id, email }: User): Origin {
  return { scope: PLATFORM, actor: { type: 'user', id, name: email }, request_id: 'request' };
}

/** What a user asks in an organization. */
export function originIn({ id: scope }: Organization, user: User): Origin {
  return { ...platformOrigin(user), scope };
}

export const stranger: Origin = { scope: PLATFORM, actor: { type: 'system', id: 'loom' }, request_id: 'request' };
