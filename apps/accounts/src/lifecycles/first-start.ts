import { backoffMs } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { Lifecycle } from '#libs/service';
import type { MakeFirstAdmin } from '../application/setup/make-first-admin.js';
import type { OfferSetup } from '../application/setup/offer-setup.js';

const RETRY = { baseMs: 250, maxMs: 10_000 } as const;

interface FirstStartParts {
  readonly makeFirstAdmin: Pick<MakeFirstAdmin, 'execute'>;
  readonly offerSetup: Pick<OfferSetup, 'execute'>;
  readonly logger: Logger;
}

/** Makes sure that a platform without users can be signed in to: by the admin of the settings, or by a link in the log. */
export class FirstStart implements Lifecycle {
  #isStopping = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(private readonly parts: FirstStartParts) {}

  /** Tries once before the process listens, so that a ready process can be signed in to. Without a database it starts too. */
  start(): Promise<void> {
    return this.#attempt(0);
  }

  stop(): void {
    this.#isStopping = true;
    clearTimeout(this.#retry);
  }

  /** Repeated until it succeeds: the database, or its tables, may be ready later than this process. */
  async #attempt(failures: number): Promise<void> {
    const { makeFirstAdmin, logger } = this.parts;
    try {
      const outcome = await makeFirstAdmin.execute();
      if (outcome === 'made') logger.info('the first super admin was created');
      if (outcome === 'wanted') await this.#offer();
    } catch (error) {
      if (this.#isStopping) return;
      const waitMs = backoffMs(failures, RETRY.baseMs, RETRY.maxMs);
      logger.warn({ err: error, retry_ms: waitMs }, 'the first start is delayed');
      this.#retry = setTimeout(() => void this.#attempt(failures + 1), waitMs);
    }
  }

  /** This line has to show the token: fields called token and `token=` in a link are redacted, a bare fragment is not. */
  async #offer(): Promise<void> {
    const token = await this.parts.offerSetup.execute();
    this.parts.logger.warn(
      token === undefined
        ? 'there are no users yet: the setup link was logged at an earlier start and is valid for 24 hours from then'
        : `there are no users yet: POST /api/auth/setup with the token of this link creates the first super admin, once, within 24 hours: /setup#${token}`,
    );
  }
}
