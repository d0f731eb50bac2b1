import { argon2id, hash, verify } from 'argon2';
import { ConcurrencyLimit, type ConcurrencyLimits } from '#libs/kernel';

/** First choice of the OWASP Password Storage Cheat Sheet for argon2id: 19 MiB of memory and about 6 ms of one core per hash. */
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Shared by all hashers of the process: passwords and API keys together run two at a time, and 64 wait. */
const sharedLimit = new ConcurrencyLimit({ running: 2, waiting: 64 });

/** Hashes with Argon2id, at most two at a time: a burst of sign-ins takes neither all cores nor all memory. */
export class Argon2Hasher {
  readonly #limit: ConcurrencyLimit;
  /** Verified against when there is no hash, so that the answer takes as long as with one. */
  readonly #dummyHash: Promise<string>;

  /** @param limits concurrency of this hasher alone. Default: the limit that all hashers of the process share. */
  constructor(limits?: ConcurrencyLimits) {
    this.#limit = limits === undefined ? sharedLimit : new ConcurrencyLimit(limits);
    this.#dummyHash = hash('hash of no password', COST);
    // `check` and every later use of the hash reports the failure.
    this.#dummyHash.catch(() => undefined);
  }

  /** Returns a PHC string: `$argon2id$v=19$m=19456,p=1,t=2$…`. @throws AppError `overloaded` when 64 hashes wait already */
  hash(text: string): Promise<string> {
    return this.#limit.run(() => hash(text, COST));
  }

  /**
   * Whether the text has this hash. Without a hash the result is `false` after the same time, so that the duration does not
   * reveal whether a user or key exists.
   * @throws AppError `overloaded` when 64 hashes wait already
   */
  verify(hashed: string | undefined, text: string): Promise<boolean> {
    return this.#limit.run(async () => {
      const matches = await verify(hashed ?? (await this.#dummyHash), text);
      return matches && hashed !== undefined;
    });
  }

  /** Hashes and verifies once: argon2 is native code and may be missing on a machine. @throws Error when it does not work */
  async check(): Promise<void> {
    const works = await this.verify(await this.hash('a'), 'a');
    if (!works) throw new Error('argon2 does not verify its own hashes');
  }
}
