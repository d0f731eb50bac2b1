import type { DocumentKind, DocumentRef, Scope } from '#libs/contracts';

/** A flag or strategy with a step that has begun. */
export interface DueDocument {
  readonly scope: Scope;
  readonly ref: DocumentRef;
  readonly kind: DocumentKind;
  /** The part of `ref` after the kind: a flag's key, a strategy's id. */
  readonly name: string;
}

/** The steps of schedules, of all scopes. */
export interface Schedules {
  /** Longest overdue first. */
  due(at: Date): Promise<readonly DueDocument[]>;
  forget(document: DueDocument, until: Date): Promise<void>;
}
