import { argon2id, hash, verify } from 'argon2';
import { ConcurrencyLimit, type ConcurrencyLimits } from '#libs/kernel';

/** OWASP's first choice for argon2id; 6 ms of one core, 19 MiB. */
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** One for the process, whoever hashes in it: passwords and API keys share two places and 64 to wait in. */
const processLimit = new ConcurrencyLimit({ running: 2, waiting: 64 });

/** Argon2id, at most two at a time: a burst of sign-ins takes neither all cores nor all memory. */
export class Argon2Hasher {
  readonly #limit: ConcurrencyLimit;
  readonly #nobodys: Promise<string>;

  /** `limits` gives it a gate of its own. */
  constructor(limits?: ConcurrencyLimits) {
    this.#limit = limits === undefined ? processLimit : new ConcurrencyLimit(limits);
    this.#nobodys = hash('nobody has this password', COST);
    this.#nobodys.catch(() => undefined); // told by `check` and by every later use
  }

  /** PHC string: `$argon2id$v=19$m=19456,p=1,t=2$…`, as the package orders it. @throws AppError `overloaded` */
  hash(text: string): Promise<string> {
    return this.#limit.run(() => hash(text, COST));
  }

  /** Whether the text has this hash. Without a hash it works as long and says no. @throws AppError `overloaded` */
  verify(hashed: string | undefined, text: string): Promise<boolean> {
    return this.#limit.run(async () => {
      const matches = await verify(hashed ?? (await this.#nobodys), text);
      return matches && hashed !== undefined;
    });
  }

  /** Whether hashing works on this machine at all: the package is native code. @throws Error when it does not */
  async check(): Promise<void> {
    const works = await this.verify(await this.hash('a'), 'a');
    if (!works) throw new Error('argon2 does not verify its own hashes');
  }
}
