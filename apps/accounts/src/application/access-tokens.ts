import type { Clock } from '#libs/kernel';
import { isTrusted, type SigningKey } from '../domain/signing-key.js';
import type { AccountsPolicy, TokenSigner, UnitOfWork } from './ports.js';

const FRESH_MS = 60_000;

/** The access tokens of the platform and the keys that sign them. The first use of a platform makes the first key. */
export class AccessTokens {
  #keys: { readonly all: readonly SigningKey[]; readonly readAtMs: number } | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly signer: TokenSigner,
    private readonly clock: Clock,
    private readonly policy: AccountsPolicy,
  ) {}

  /** For the same person, session and time always the same token, while the key is. */
  async issue(userId: string, sessionId: string, at: Date): Promise<string> {
    const [current] = await this.#known();
    const { issuer, audience, accessTtlS } = this.policy;
    const iat = Math.floor(at.getTime() / 1_000);
    return this.signer.sign(current, {
      iss: issuer,
      aud: audience,
      sub: userId,
      sid: sessionId,
      iat,
      exp: iat + accessTtlS,
    });
  }

  async publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const keys = await this.#known();
    const now = this.clock.now();
    return keys.filter((key) => isTrusted(key, this.policy.accessTtlS, now)).map(({ publicJwk }) => publicJwk);
  }

  async #known(): Promise<readonly [SigningKey, ...SigningKey[]]> {
    const nowMs = this.clock.now().getTime();
    if (this.#keys === undefined || nowMs - this.#keys.readAtMs > FRESH_MS) {
      this.#keys = { all: await this.#read(), readAtMs: nowMs };
    }
    const live = this.#keys.all.filter(({ retiredAt }) => retiredAt === undefined);
    return [live[0]!, ...this.#keys.all.filter((key) => key !== live[0])];
  }

  /** At least one key, and one that is not retired. */
  async #read(): Promise<readonly SigningKey[]> {
    const known = await this.uow.acrossOrganizations(({ signingKeys }) => signingKeys.all());
    return known.some(({ retiredAt }) => retiredAt === undefined) ? known : this.#addFirst();
  }

  /** Made before the transaction, since that takes a while; the loser of two processes that start at once takes the winner's. */
  async #addFirst(): Promise<readonly SigningKey[]> {
    const fresh = await this.signer.generate(this.clock.now());
    return this.uow.acrossOrganizations(async ({ signingKeys, exclusively }) => {
      await exclusively('signing-key');
      const known = await signingKeys.all();
      if (known.some(({ retiredAt }) => retiredAt === undefined)) return known;
      await signingKeys.add(fresh);
      return [fresh, ...known];
    });
  }
}
