import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Inbox } from '#libs/postgres';
import { LOGGER } from '#libs/service';
import type { Logger } from '#libs/observability';
import { PurgeExpired } from '../application/purge/purge-expired.js';
import { RotateSigningKey } from '../application/signing-keys/rotate-signing-key.js';

const TICK_MS = 600_000;

/** What nobody asks for: looks now and then whether something is due. The first look is one interval after the start. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(PurgeExpired) private readonly purgeExpired: PurgeExpired,
    @Inject(RotateSigningKey) private readonly rotateSigningKey: RotateSigningKey,
    @Inject(Inbox) private readonly inbox: Inbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.look(), TICK_MS);
    this.#timer.unref();
  }

  /** What runs is finished before the connections close. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Does what is due, one look after the other. Never fails: the next look tries again. */
  look(): Promise<void> {
    this.#running = this.#running.then(() => this.#look());
    return this.#running;
  }

  async #look(): Promise<void> {
    try {
      await this.rotateSigningKey.executeIfDue();
      const gone = await this.purgeExpired.execute();
      if (gone === undefined) return;
      const facts = await this.inbox.purge();
      this.logger.info({ rows: gone, inbox: facts }, 'what had expired was deleted');
    } catch (error) {
      this.logger.warn({ err: error }, 'housekeeping has to wait');
    }
  }
}
