import type { DocumentKind } from '#libs/contracts';

/** A document that changed. For a kill switch, `name` is the key of a flag that it names now or named before the change. */
export interface Touched {
  readonly kind: DocumentKind;
  readonly name: string;
}

/** Changes that are kept at least. */
const MIN_KEPT = 1_024;

/** The latest changes of a scope. Rulesets read it instead of subscribing, so that no ruleset must be disposed of. */
export class ChangeLog {
  private items: Touched[] = [];
  private dropped = 0;
  /** Number of changes so far. It identifies the state of the scope. */
  revision = 0;

  add(touched: Touched): void {
    this.items.push(touched);
    this.revision++;
    if (this.items.length < 2 * MIN_KEPT) return;
    this.items = this.items.slice(MIN_KEPT);
    this.dropped += MIN_KEPT;
  }

  /** The changes after a revision. `undefined` when they are no longer kept: then everything compiled is out of date. */
  since(revision: number): readonly Touched[] | undefined {
    return revision < this.dropped ? undefined : this.items.slice(revision - this.dropped);
  }
}
