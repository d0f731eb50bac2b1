import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '#libs/service';
import type { Logger } from '#libs/observability';
import { MakeFirstAdmin } from '../application/setup/make-first-admin.js';
import { OfferSetup } from '../application/setup/offer-setup.js';

const RETRY_MS = { first: 250, last: 10_000 } as const;

/** Somebody must be able to sign in: a person of the settings, or whoever reads the link in the log. */
@Injectable()
export class FirstStart implements OnApplicationBootstrap, OnApplicationShutdown {
  #stopping = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(MakeFirstAdmin) private readonly makeFirstAdmin: MakeFirstAdmin,
    @Inject(OfferSetup) private readonly offerSetup: OfferSetup,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One try before the process listens, so that who is told "ready" can sign in; without a database it starts all the same. */
  onApplicationBootstrap(): Promise<void> {
    return this.#attempt(RETRY_MS.first);
  }

  onApplicationShutdown(): void {
    this.#stopping = true;
    clearTimeout(this.#retry);
  }

  /** Goes on until it is done: the database, or its tables, may come later than we. */
  async #attempt(waitMs: number): Promise<void> {
    try {
      const outcome = await this.makeFirstAdmin.execute();
      if (outcome === 'made') this.logger.info('the first super admin was made');
      if (outcome === 'wanted') await this.#offer();
    } catch (error) {
      if (this.#stopping) return;
      this.logger.warn({ err: error, retry_ms: waitMs }, 'the first start has to wait');
      this.#retry = setTimeout(() => void this.#attempt(Math.min(waitMs * 2, RETRY_MS.last)), waitMs);
    }
  }

  /** In the text, since fields called token are hidden: this one line of the log is meant to open something, once. */
  async #offer(): Promise<void> {
    const token = await this.offerSetup.execute();
    this.logger.warn(
      token === undefined
        ? 'nobody can sign in: the setup link was logged at an earlier start and is good for 24 hours from then'
        : `nobody can sign in: POST /api/auth/setup with the token of this link makes the first super admin, once, within 24 hours: /setup#token=${token}`,
    );
  }
}
