import type { Clock } from '#libs/kernel';
import { isCurrent, isTrusted, type SigningKey } from '../domain/signing-key.js';
import type { AccountsPolicy, TokenSigner, UnitOfWork } from './ports.js';

const FRESH_MS = 60_000;

/** The access tokens of the platform and the keys that sign them. The first use of a platform makes the first key. */
export class AccessTokens {
  #reading: Promise<readonly SigningKey[]> | undefined;
  #readAtMs = 0;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly signer: TokenSigner,
    private readonly clock: Clock,
    private readonly policy: AccountsPolicy,
  ) {}

  /** For the same person, session and time always the same token, while the key is. */
  async issue(userId: string, sessionId: string, at: Date): Promise<string> {
    const current = (await this.#known()).find(isCurrent)!;
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

  /** At least one key that is not retired. Read once for all who ask at the same time, and anew after a minute. */
  #known(): Promise<readonly SigningKey[]> {
    const nowMs = this.clock.now().getTime();
    if (this.#reading !== undefined && nowMs - this.#readAtMs <= FRESH_MS) return this.#reading;
    const reading = this.#read();
    reading.catch(() => this.#forget(reading));
    this.#reading = reading;
    this.#readAtMs = nowMs;
    return reading;
  }

  #forget(failed: Promise<readonly SigningKey[]>): void {
    if (this.#reading === failed) this.#reading = undefined;
  }

  async #read(): Promise<readonly SigningKey[]> {
    const known = await this.uow.acrossOrganizations(({ signingKeys }) => signingKeys.all());
    return known.some(isCurrent) ? known : this.#addFirst();
  }

  /** Made before the transaction, since that takes a while; the loser of two processes that start at once takes the winner's. */
  async #addFirst(): Promise<readonly SigningKey[]> {
    const fresh = await this.signer.generate(this.clock.now());
    return this.uow.acrossOrganizations(async ({ signingKeys, exclusively }) => {
      await exclusively('signing-key');
      const known = await signingKeys.all();
      if (known.some(isCurrent)) return known;
      await signingKeys.add(fresh);
      return [fresh, ...known];
    });
  }
}
