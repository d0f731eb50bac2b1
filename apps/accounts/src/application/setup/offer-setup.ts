import type { Clock } from '#libs/kernel';
import type { Entropy } from '../ports/secrets.js';
import type { UnitOfWork } from '../ports/unit-of-work.js';
import { tokenHash } from '../token-hash.js';

const LIFE_MS = 86_400_000;

/** The token of the one-time link, for whoever can read the log of a platform that has nobody yet. */
export class OfferSetup {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly entropy: Entropy,
    private readonly clock: Clock,
  ) {}

  /** `undefined` when there is somebody, or another process or start has printed a token that is still good. */
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
