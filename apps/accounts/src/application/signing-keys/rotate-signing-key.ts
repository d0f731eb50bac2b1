import type { Clock } from '#libs/kernel';
import { PLATFORM, systemOrigin, type AnswerOf, type CommandOf, type Origin, type accountsRpc } from '#libs/contracts';
import {
  keyAt,
  PUBLISHED_BEFORE_MS,
  upcomingKey,
  type FreshKey,
  type SigningKey,
} from '../../domain/signing-keys/signing-key.js';
import type { AccessTokens } from './access-tokens.js';
import { assertSuperAdmin } from '../people/super-admins.js';
import type { AccountsPolicy } from '../ports/policy.js';
import type { PlatformStores, UnitOfWork } from '../ports/unit-of-work.js';
import type { TokenSigner } from '../ports/secrets.js';

type Rotation = AnswerOf<typeof accountsRpc.rotateSigningKey>;

/** Adds a key that is published at once and signs later. The old one stays published until its last token has expired. */
export class RotateSigningKey {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly signer: TokenSigner,
    private readonly accessTokens: AccessTokens,
    private readonly clock: Clock,
    private readonly policy: AccountsPolicy,
  ) {}

  async execute(_command: CommandOf<typeof accountsRpc.rotateSigningKey>, origin: Origin): Promise<Rotation> {
    await this.uow.acrossOrganizations((stores) => assertSuperAdmin(stores, origin));
    const { kid, signsFrom } = await this.#rotate({ ...origin, scope: PLATFORM }, () => true);
    return { kid, signs_from: signsFrom.toISOString() };
  }

  /** Of many processes that find it due, one rotates. Without a key it does nothing: the first token makes one. */
  async executeIfDue(): Promise<void> {
    const current = await this.uow.acrossOrganizations(async ({ signingKeys }) =>
      this.#current(await signingKeys.all()),
    );
    if (current !== undefined && this.#isDue(current)) {
      await this.#rotate(systemOrigin(PLATFORM, 'signing-key-rotation'), (key) => this.#isDue(key));
    }
  }

  /** The key is generated before the transaction, since that takes long. Of concurrent calls all return the key of the first. */
  async #rotate(origin: Origin, wanted: (current: SigningKey) => boolean): Promise<SigningKey> {
    const fresh = await this.signer.generate(this.clock.now());
    const next = await this.uow.acrossOrganizations(async (stores) => {
      await stores.exclusively('signing-key');
      const keys = await stores.signingKeys.all();
      const current = this.#current(keys);
      const known = upcomingKey(keys, this.clock.now()) ?? (current && !wanted(current) ? current : undefined);
      return known ?? this.#replace(stores, { fresh, current, origin });
    });
    this.accessTokens.forget();
    return next;
  }

  async #replace(
    { signingKeys, outbox }: PlatformStores,
    { fresh, current, origin }: Replacement,
  ): Promise<SigningKey> {
    const leadMs = current === undefined ? 0 : PUBLISHED_BEFORE_MS;
    const next = { ...fresh, signsFrom: new Date(this.clock.now().getTime() + leadMs) };
    await signingKeys.retireAll(next.signsFrom);
    await signingKeys.add(next);
    await outbox.audit(origin, {
      event: 'SigningKeyRotated',
      action: 'rotate',
      severity: 'notice',
      resourceType: 'signing_key',
      resourceId: next.kid,
      metadata: { previous_kid: current?.kid ?? null, signs_from: next.signsFrom.toISOString() },
    });
    return next;
  }

  #current(keys: readonly SigningKey[]): SigningKey | undefined {
    return keyAt(keys, this.clock.now());
  }

  #isDue({ signsFrom, retiredAt }: SigningKey): boolean {
    const ageMs = this.clock.now().getTime() - signsFrom.getTime();
    return retiredAt === undefined && ageMs >= this.policy.keyRotationMs;
  }
}

interface Replacement {
  readonly fresh: FreshKey;
  readonly current: SigningKey | undefined;
  readonly origin: Origin;
}
