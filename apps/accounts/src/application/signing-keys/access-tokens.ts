import type { Clock } from '#libs/kernel';
import { isTrusted, isUsable, keyAt, type SigningKey } from '../../domain/signing-keys/signing-key.js';
import { endsAt, type Session } from '../../domain/sessions/session.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { TokenSigner } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';

const FRESH_MS = 60_000;

/** Issues access tokens and publishes the keys that sign them. The first use makes the first key. */
export class AccessTokens {
  #reading: Promise<readonly SigningKey[]> | undefined;
  #readAtMs = 0;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly signer: TokenSigner,
    private readonly clock: Clock,
    private readonly policy: AccountsPolicy,
  ) {}

  /** The same session and time always give the same token, also after a rotation. It expires with its session at the latest. */
  async issue(session: Session, at: Date): Promise<string> {
    const { id: sid, userId: sub, scope } = session;
    const key = keyAt(await this.#known(), at)!;
    const { issuer, audience } = this.policy;
    const iat = Math.floor(at.getTime() / 1_000);
    const claims = { iss: issuer, aud: audience, sub, sid, iat, exp: iat + this.lifeS(session, at) };
    return this.signer.sign(key, scope === undefined ? claims : { ...claims, scope });
  }

  /** The lifetime in seconds of a token that is issued then. */
  lifeS(session: Session, at: Date): number {
    const leftMs = endsAt(session, this.policy.sessionMaxMs).getTime() - at.getTime();
    return Math.min(this.policy.accessTtlS, Math.floor(leftMs / 1_000));
  }

  /** Must be called when the keys changed. */
  forget(): void {
    this.#reading = undefined;
  }

  async publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const keys = await this.#known();
    const now = this.clock.now();
    return keys.filter((key) => isTrusted(key, this.policy.accessTtlS, now)).map(({ publicJwk }) => publicJwk);
  }

  /** Holds at least one key that is not retired. Read once for concurrent calls, and again after a minute. */
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
    return this.#isEnough(known) ? known : this.#addFirst();
  }

  /** The key is generated before the transaction, since that takes long. Of concurrent processes all use the key of the first. */
  async #addFirst(): Promise<readonly SigningKey[]> {
    const fresh = await this.signer.generate(this.clock.now());
    return this.uow.acrossOrganizations(async ({ signingKeys, exclusively }) => {
      await exclusively('signing-key');
      const known = await signingKeys.all();
      if (this.#isEnough(known)) return known;
      const first = { ...fresh, signsFrom: fresh.createdAt };
      await signingKeys.add(first);
      return [first, ...known];
    });
  }

  #isEnough(keys: readonly SigningKey[]): boolean {
    return keys.some((key) => isUsable(key, this.clock.now()));
  }
}
