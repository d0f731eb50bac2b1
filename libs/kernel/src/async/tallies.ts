export interface TalliesParts<T> {
  /** Reports occurrences of one kind; `count` is how many. */
  readonly report: (first: T, count: number) => Promise<void>;
  /** Called when a report failed. Its count is added to the next one. */
  readonly onFailure: (error: unknown) => void;
  /** Bounds the memory: further kinds within a period are not recorded, or as `other`. */
  readonly maxKinds: number;
}

interface Tally<T> {
  readonly first: T;
  unreported: number;
}
interface Kind<T> {
  readonly key: string;
  readonly item: T;
}

/**
 * Turns a flood of equal occurrences into few reports: the first of a kind is reported at once, equal ones until the end of the
 * period become one further report with their count.
 */
export class Tallies<T> {
  readonly #tallies = new Map<string, Tally<T>>();

  constructor(private readonly parts: TalliesParts<T>) {}

  /**
   * Records an occurrence. Resolves when the first of its kind is reported; never rejects.
   * @param other recorded in its place when there are too many kinds. Default: nothing
   */
  async note(kind: Kind<T>, other?: Kind<T>): Promise<void> {
    const known = this.#tallies.get(kind.key);
    if (known !== undefined) known.unreported += 1;
    else if (this.#tallies.size < this.parts.maxKinds || other?.key === kind.key) await this.#begin(kind);
    else if (other !== undefined) await this.note(other, other);
  }

  /** Ends a period: reports the counts since the last report, and forgets kinds without a new occurrence. Never rejects. */
  async endPeriod(): Promise<void> {
    const tallies = [...this.#tallies];
    for (const [key, { unreported }] of tallies) if (unreported === 0) this.#tallies.delete(key);
    const waiting = tallies.filter(([, { unreported }]) => unreported > 0);
    await Promise.all(waiting.map(([, tally]) => this.#report(tally)));
  }

  #begin({ key, item }: Kind<T>): Promise<void> {
    const tally = { first: item, unreported: 1 };
    this.#tallies.set(key, tally);
    return this.#report(tally);
  }

  async #report(tally: Tally<T>): Promise<void> {
    const count = tally.unreported;
    tally.unreported = 0;
    try {
      await this.parts.report(tally.first, count);
    } catch (error) {
      tally.unreported += count;
      this.parts.onFailure(error);
    }
  }
}
