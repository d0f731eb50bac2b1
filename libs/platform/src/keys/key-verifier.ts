import { Gate } from '../security/index.js';

/** Compares a key with its hash; without a hash it works as long and says no. @throws AppError `overloaded` */
export interface KeyHasher {
  verify(hashed: string | undefined, key: string): Promise<boolean>;
}

const SUSPECTS = { running: 1, waiting: 32 } as const;

/**
 * Argon2 in two lanes. Attempts that are likely wrong go one at a time and take at most one of the process's two places, so that a
 * flood of them leaves the other to keys that nobody has attacked.
 */
export class KeyVerifier {
  readonly #suspects = new Gate(SUSPECTS);

  constructor(private readonly hasher: KeyHasher) {}

  /** @throws AppError `overloaded` when too many wait */
  verify(hashed: string | undefined, key: string, isSuspect: boolean): Promise<boolean> {
    const work = (): Promise<boolean> => this.hasher.verify(hashed, key);
    return isSuspect || hashed === undefined ? this.#suspects.pass(work) : work();
  }
}
