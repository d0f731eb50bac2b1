import { hash } from 'argon2';
import {
  parseApiKey,
  type FlagView,
  type KeyRecord,
  type Membership,
  type RpcReply,
  type RpcRequest,
} from '#libs/contracts';
import { AppError } from '#libs/kernel';
import type { Bus } from '#libs/bus';
import { generateRs256Key, Rs256Signer } from '#libs/crypto';
import { aMembership, ORG } from '../builders.js';
import { answerAccounts, answerSessions } from './accounts.js';
import { answerByExample } from './by-example.js';
import { answerFlags, answerKillSwitches } from './flags.js';
import type { FakeState, SigningKey } from './fake-state.js';
import { InMemoryServices } from './in-memory-services.js';

/** The services behind the gateway, with some state: they answer on a real bus what their contracts promise. */
export class FakeServices extends InMemoryServices implements FakeState {
  readonly memberships = new Map<string, Membership>();
  readonly keys = new Map<string, KeyRecord>();
  readonly flags = new Map<string, FlagView>();

  private constructor(private readonly signingKey: SigningKey) {
    super();
    answerSessions(this);
    answerAccounts(this);
    answerFlags(this);
    answerKillSwitches(this);
    answerByExample(this);
  }

  static async start(bus: Bus): Promise<FakeServices> {
    const services = new FakeServices(await generateRs256Key());
    bus.subscribe('rpc.>', async (message) => {
      const { command, origin } = message.json<RpcRequest<unknown>>();
      const reply = await replyOf(() => services.answerTo({ subject: message.subject, command, origin }));
      message.respond(JSON.stringify(reply));
    });
    await bus.flush();
    return services;
  }

  get publicJwk(): SigningKey['publicJwk'] {
    return this.signingKey.publicJwk;
  }

  /** Adds a person, as a member of `ORG` when a membership is given. Returns an access token. */
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
    return new Rs256Signer().sign(this.signingKey, { ...usual, ...claims });
  }

  /** Adds an API key of `ORG` and returns it. */
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
}

async function replyOf<A>(answer: () => Promise<A>): Promise<RpcReply<A>> {
  try {
    return { ok: true, data: await answer() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, details, retryable } = error;
    return { ok: false, error: { code, message, details, retryable } };
  }
}
