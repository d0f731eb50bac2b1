import { argon2id, hash, verify } from 'argon2';
import { ConcurrencyLimit } from '#libs/kernel';

/** First choice of the OWASP Password Storage Cheat Sheet for argon2id: 19 MiB of memory and about 6 ms of one core per hash. */
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const WAITING = 64;

/**
 * How much a caller is trusted, best first. `known`: an account that was used from the same network before, or the only key that
 * a network tries. `usual`: anything else.
 * `suspect`: a network with recent failures. The better ones go first, and the worse ones leave them room in the queue.
 */
export type HashRank = 'known' | 'usual' | 'suspect';
/** Places of the queue that each rank leaves to the better ones. */
const LEFT_FREE = [0, 16, 40] as const;
const RANKS: readonly HashRank[] = ['known', 'usual', 'suspect'];

/** Shared by all hashers of the process: passwords and API keys do not delay each other. */
const lanes = {
  'sign-in': new ConcurrencyLimit({ running: 1, waiting: WAITING, leftFree: LEFT_FREE }),
  keys: new ConcurrencyLimit({ running: 1, waiting: WAITING, leftFree: LEFT_FREE }),
};

/** Hashes with Argon2id, one at a time in each lane of the process: a burst of sign-ins takes neither all cores nor all memory. */
export class Argon2Hasher {
  readonly #lane: ConcurrencyLimit;
  /** Verified against when there is no hash, so that the answer takes as long as with one. */
  readonly #dummyHash: Promise<string>;

  constructor(lane: keyof typeof lanes) {
    this.#lane = lanes[lane];
    this.#dummyHash = hash('hash of no password', COST);
    // `check` and every later use of the hash reports the failure.
    this.#dummyHash.catch(() => undefined);
  }

  /** Returns a PHC string: `$argon2id$v=19$m=19456,p=1,t=2$…`. @throws AppError `overloaded` when too many hashes wait already */
  hash(text: string, rank: HashRank = 'usual'): Promise<string> {
    return this.#lane.run(() => hash(text, COST), RANKS.indexOf(rank));
  }

  /**
   * Whether the text has this hash. Without a hash the result is `false` after the same time, so that the duration does not
   * reveal whether a user or key exists.
   * @throws AppError `overloaded` when too many hashes wait already
   */
  verify(hashed: string | undefined, text: string, rank: HashRank = 'usual'): Promise<boolean> {
    return this.#lane.run(async () => {
      const matches = await verify(hashed ?? (await this.#dummyHash), text);
      return matches && hashed !== undefined;
    }, RANKS.indexOf(rank));
  }

  /** Hashes and verifies once: argon2 is native code and may be missing on a machine. @throws Error when it does not work */
  async check(): Promise<void> {
    const works = await this.verify(await this.hash('a'), 'a');
    if (!works) throw new Error('argon2 does not verify its own hashes');
  }
}
