import type { Fact, Scope } from '#libs/contracts';
import type { SetupToken } from '../../src/application/ports/platform-stores.js';
import type { ApiKey } from '../../src/domain/api-keys/api-key.js';
import type { Environment } from '../../src/domain/environments/environment.js';
import type { Member } from '../../src/domain/members/member.js';
import type { Organization } from '../../src/domain/organizations/organization.js';
import type { MemberInvitation } from '../../src/domain/invitations/member-invitation.js';
import type { Invitation } from '../../src/domain/people/invitation.js';
import type { PasswordReset } from '../../src/domain/people/password-reset.js';
import type { User } from '../../src/domain/people/user.js';
import type { RefreshToken, Session } from '../../src/domain/sessions/session.js';
import type { SigningKey } from '../../src/domain/signing-keys/signing-key.js';

/** A row that is deleted softly. */
export interface Deletable<T> {
  readonly value: T;
  readonly deletedAt?: Date;
}

/** Rows by id. Rows are never changed, only replaced: a copy of the maps is a snapshot. */
export interface Tables {
  readonly organizations: Map<string, Organization>;
  readonly environments: Map<string, Deletable<Environment>>;
  readonly members: Map<string, Deletable<Member>>;
  readonly apiKeys: Map<string, ApiKey>;
  readonly users: Map<string, User>;
  readonly memberInvitations: Map<string, MemberInvitation>;
  /** By their token's hash. */
  readonly invitations: Map<string, Invitation>;
  /** By the id of the person. */
  readonly passwordResets: Map<string, PasswordReset>;
  readonly setups: Map<'setup', SetupToken & { readonly isUsed: boolean }>;
  /** The last run of each job. */
  readonly jobs: Map<string, Date>;
  readonly sessions: Map<string, Session>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly signingKeys: Map<string, SigningKey>;
  /** Queued facts by their place. */
  readonly outbox: Map<number, Fact>;
}

export function emptyTables(): Tables {
  return {
    organizations: new Map(),
    environments: new Map(),
    members: new Map(),
    apiKeys: new Map(),
    users: new Map(),
    memberInvitations: new Map(),
    invitations: new Map(),
    passwordResets: new Map(),
    setups: new Map(),
    jobs: new Map(),
    sessions: new Map(),
    refreshTokens: new Map(),
    signingKeys: new Map(),
    outbox: new Map(),
  };
}

export function copyOf(tables: Tables): Tables {
  return {
    organizations: new Map(tables.organizations),
    environments: new Map(tables.environments),
    members: new Map(tables.members),
    apiKeys: new Map(tables.apiKeys),
    users: new Map(tables.users),
    memberInvitations: new Map(tables.memberInvitations),
    invitations: new Map(tables.invitations),
    passwordResets: new Map(tables.passwordResets),
    setups: new Map(tables.setups),
    jobs: new Map(tables.jobs),
    sessions: new Map(tables.sessions),
    refreshTokens: new Map(tables.refreshTokens),
    signingKeys: new Map(tables.signingKeys),
    outbox: new Map(tables.outbox),
  };
}

/** One transaction: its own copy of the tables, and the organization it is bound to. */
export class InMemoryTransaction {
  constructor(
    readonly scope: Scope,
    /** To be read. */
    readonly tables: Tables,
    private readonly isReadOnly: boolean,
  ) {}

  /** To be written. @throws Error in a read-only transaction */
  get writable(): Tables {
    if (this.isReadOnly) throw new Error('cannot write in a read-only transaction');
    return this.tables;
  }
}
