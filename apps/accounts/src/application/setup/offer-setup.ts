import type { Clock } from '#libs/kernel';
import type { Entropy } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { tokenHash } from '../token-hash.js';

const LIFE_MS = 86_400_000;

/** Issues the token of the one-time set-up link, which is logged on a platform without users. */
export class OfferSetup {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly entropy: Entropy,
    private readonly clock: Clock,
  ) {}

  /** Returns `undefined` when there are users, or another process or start has logged a token that is still valid. */
  async execute(): Promise<string | undefined> {
    const token = this.entropy.linkToken();
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + LIFE_MS);
    const issued = await this.uow.acrossOrganizations(async ({ users, setups }) => {
      if (await users.any()) return false;
      return setups.issue({ hash: tokenHash(token), createdAt, expiresAt });
    });
    return issued ? token : undefined;
  }
}
