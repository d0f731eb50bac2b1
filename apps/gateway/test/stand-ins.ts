import { hash } from 'argon2';
import {
  accountsRpc,
  auditRpc,
  flagsRpc,
  parseApiKey,
  type FlagView,
  type KeyRecord,
  type KillSwitchView,
  type Membership,
  type Origin,
  type Rpc,
  type RpcReply,
  type RpcRequest,
} from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Bus } from '#libs/bus';
import { generateRs256Key, Rs256Signer, type Rs256Key } from '#libs/crypto';
import * as examples from '../src/openapi/examples.js';
import { answerByExample } from './answers.js';
import { aMembership, ORG } from './builders.js';

export interface Asked {
  readonly subject: string;
  readonly command: unknown;
  readonly origin?: Origin;
}
type Answer<C, A> = (command: C, origin: Origin) => A | Promise<A>;

/** Accounts, flags and audit as far as the gateway sees them: they answer on the bus what their contracts say. */
export class StandIns {
  readonly asked: Asked[] = [];
  readonly memberships = new Map<string, Membership>();
  readonly keys = new Map<string, KeyRecord>();
  readonly flags = new Map<string, FlagView>();
  #signing: Rs256Key | undefined;

  constructor(private readonly bus: Bus) {}

  async start(): Promise<void> {
    this.#signing = await generateRs256Key();
    this.#accounts();
    this.#accountObjects();
    this.#flags();
    this.#killSwitches();
    answerByExample(this);
    this.answer(auditRpc.listEntries, () => examples.page(examples.auditEntry));
    await this.bus.flush();
  }

  /** Adds somebody, as a member of `ORG` unless the role is undefined, and gives an access token. */
  async person(
    userId: string,
    membership?: Omit<Parameters<typeof aMembership>[0], 'userId'>,
    claims: object = {},
  ): Promise<string> {
    if (membership !== undefined) this.memberships.set(userId, aMembership({ ...membership, userId }));
    return this.token(userId, claims);
  }

  async token(userId: string, claims: object = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: 'loom', aud: 'loom', sub: userId, sid: 'session-1', iat: now, exp: now + 900 };
    return new Rs256Signer().sign(this.#signing!, { ...usual, ...claims });
  }

  async key(key: string, more: Partial<KeyRecord> = {}): Promise<string> {
    const lookupId = key.slice(-40, -28);
    const record = {
      id: '01900000-0000-7000-8000-0000000000e1',
      lookup_id: lookupId,
      key_hash: await hash(key),
      key_type: parseApiKey(key)!.type,
    };
    this.keys.set(lookupId, { ...record, org_id: ORG.id, allowed_origins: [], ...more });
    return key;
  }

  answer<C, A>(rpc: Rpc<C, A>, answer: Answer<C, A>): void {
    this.bus.subscribe(rpc.subject, async (message) => {
      const { command, origin } = message.json<RpcRequest<C>>();
      this.asked.push({ subject: rpc.subject, command, origin });
      message.respond(JSON.stringify(await replyOf(() => answer(command, origin!))));
    });
  }

  #accounts(): void {
    const session = { ...examples.session, token_type: 'Bearer' as const };
    this.answer(accountsRpc.getJwks, () => ({ keys: [this.#signing!.publicJwk] }));
    this.answer(accountsRpc.signIn, ({ password }) => {
      if (password !== 'correct horse') throw new AppError('invalid_credentials', 'E-mail or password is wrong');
      return { ...session, refresh_token: 'refresh-1' };
    });
    this.answer(accountsRpc.refresh, ({ refresh_token }) => {
      if (refresh_token !== 'refresh-1') throw new AppError('invalid_refresh_token', 'Sign in again');
      return { ...session, refresh_token: 'refresh-2' };
    });
    this.answer(accountsRpc.signOut, () => ({}));
    this.answer(accountsRpc.getUser, ({ user_id }) => {
      if (user_id.startsWith('gone')) throw new AppError('not_found', 'No such user');
      return this.memberships.get(user_id)?.user ?? { id: user_id, email: 'ada@example.com', is_super_admin: false };
    });
    this.answer(accountsRpc.getMembership, ({ user_id, org }) => {
      const found = this.memberships.get(user_id);
      if (found === undefined || ![found.organization.id, found.organization.slug].includes(org))
        throw new AppError('not_found', 'No such organization');
      return found;
    });
    this.answer(accountsRpc.getKeyRecord, ({ lookup_id }) => ({ record: this.keys.get(lookup_id) ?? null }));
  }

  #accountObjects(): void {
    this.answer(accountsRpc.listOrganizations, () => examples.page(examples.organization));
    this.answer(accountsRpc.createOrganization, (command) => ({ ...examples.organization, ...command }));
    this.answer(accountsRpc.updateOrganization, ({ name = 'Acme' }) => ({
      ...examples.organization,
      name,
      version: 4,
    }));
    this.answer(accountsRpc.listEnvironments, () => examples.page(examples.environment));
    this.answer(accountsRpc.getEnvironment, () => examples.environment);
    this.answer(accountsRpc.createEnvironment, ({ name }) => ({ ...examples.environment, name }));
    this.answer(accountsRpc.listApiKeys, () => examples.page(examples.apiKey));
    this.answer(accountsRpc.createApiKey, ({ name, key_type }) => ({
      ...examples.newApiKey,
      name,
      key_type: key_type.split('_')[1]!,
    }));
    this.answer(accountsRpc.revokeApiKey, () => examples.apiKey);
  }

  #flags(): void {
    const written = (resource: FlagView) => ({ resource, ruleset_version: '0mb8f2k1x.4.17' });
    const find = (key: string): FlagView => {
      const flag = this.flags.get(key);
      if (flag === undefined) throw new AppError('not_found', 'No such flag');
      return flag;
    };
    const change = (key: string, patch: object, ifVersion?: number) => {
      const flag = find(key);
      if (ifVersion !== undefined && ifVersion !== flag.version) throw conflict(flag.version);
      const changed = { ...flag, ...patch, version: flag.version + 1 };
      this.flags.set(key, changed);
      return written(changed);
    };
    this.answer(flagsRpc.createFlag, (draft) => {
      const flag = { ...examples.flag, key: draft.key, name: draft.name };
      this.flags.set(flag.key, flag);
      return written(flag);
    });
    this.answer(flagsRpc.listFlags, () => examples.page(examples.flagListItem));
    this.answer(flagsRpc.getFlag, ({ key }) => find(key));
    this.answer(flagsRpc.updateFlag, ({ key, patch, if_version }) => change(key, patch, if_version));
    this.answer(flagsRpc.archiveFlag, ({ key, if_version }) =>
      change(key, { archived_at: '2026-01-01T00:00:00.000Z' }, if_version),
    );
    this.answer(flagsRpc.restoreFlag, ({ key, if_version }) => change(key, { archived_at: null }, if_version));
    this.answer(flagsRpc.listConfigs, () => ({ data: [examples.flagConfig] }));
    this.answer(flagsRpc.getConfig, () => ({ ...examples.flagConfig, version: 0 }));
    this.answer(flagsRpc.updateConfig, () => ({ resource: examples.flagConfig, ruleset_version: '0mb8f2k1x.4.18' }));
  }

  #killSwitches(): void {
    const written = (resource: KillSwitchView) => ({ resource, ruleset_version: '0mb8f2k1x.4.19' });
    this.answer(flagsRpc.listKillSwitches, () => examples.page(examples.killSwitch));
    this.answer(flagsRpc.createKillSwitch, ({ key }) => written({ ...examples.killSwitch, key }));
    this.answer(flagsRpc.getKillSwitch, () => examples.killSwitch);
    this.answer(flagsRpc.updateKillSwitch, () => written(examples.killSwitch));
    this.answer(flagsRpc.deleteKillSwitch, () => written(examples.killSwitch));
    this.answer(flagsRpc.activateKillSwitch, () => written(examples.activeKillSwitch));
    this.answer(flagsRpc.deactivateKillSwitch, () => written(examples.killSwitch));
  }
}

function conflict(version: number): AppError {
  return new AppError('version_conflict', 'It changed meanwhile', [
    { message: `It is at version ${version}`, version },
  ]);
}

async function replyOf<A>(answer: () => A | Promise<A>): Promise<RpcReply<A>> {
  try {
    return { ok: true, data: await answer() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, details, retryable } = error;
    return { ok: false, error: { code, message, details, retryable } };
  }
}
