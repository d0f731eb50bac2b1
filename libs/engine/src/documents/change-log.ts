import type { DocumentKind } from '#libs/contracts';

/** A document that changed; for kill switches each flag key that one named before or names now. */
export interface Touched {
  readonly kind: DocumentKind;
  readonly name: string;
}

const KEEP = 1_024;

/** What changed since when: compiled rulesets catch up with it instead of being told, so that none needs to be disposed of. */
export class ChangeLog {
  private items: Touched[] = [];
  private dropped = 0;
  /** Counts changes. A number between two of them is a state. */
  revision = 0;

  add(touched: Touched): void {
    this.items.push(touched);
    this.revision++;
    if (this.items.length < 2 * KEEP) return;
    this.items = this.items.slice(KEEP);
    this.dropped += KEEP;
  }

  /** The changes after a revision; `undefined` when they are no longer known, so that everything has to be forgotten. */
  since(revision: number): readonly Touched[] | undefined {
    return revision < this.dropped ? undefined : this.items.slice(revision - this.dropped);
  }
}
