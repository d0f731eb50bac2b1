import { refOf, type DocumentChange, type RulesetDocument } from '#libs/contracts';

/** The documents of one scope. */
export interface Documents {
  get(ref: string): RulesetDocument | undefined;
  values(): Iterable<RulesetDocument>;
}
export type Owner = 'platform' | 'organization';
/** The documents that the flags of an environment can use. */
export type View = Readonly<Record<Owner, Documents>>;

export interface Change extends DocumentChange {
  /** The document before the change. */
  readonly before: RulesetDocument | null;
}
/** The changes of one scope from one version to a later one. */
export interface Update {
  readonly owner: Owner;
  readonly changes: readonly Change[];
}

/** Documents with some of them replaced; the ones below stay unchanged. */
export class Layer implements Documents {
  readonly #replaced = new Map<string, RulesetDocument | null>();

  constructor(private readonly below: Documents) {}

  /** @param document `null` removes it */
  put(ref: string, document: RulesetDocument | null): void {
    this.#replaced.set(ref, document);
  }

  get(ref: string): RulesetDocument | undefined {
    const replaced = this.#replaced.get(ref);
    return replaced === undefined ? this.below.get(ref) : (replaced ?? undefined);
  }

  *values(): Iterable<RulesetDocument> {
    for (const document of this.below.values()) if (!this.#replaced.has(refOf(document))) yield document;
    for (const document of this.#replaced.values()) if (document !== null) yield document;
  }
}

/** The view before an update that is already applied. */
export function viewBefore(now: View, { owner, changes }: Update): View {
  const layer = new Layer(now[owner]);
  for (const { ref, before } of changes) layer.put(ref, before);
  return { ...now, [owner]: layer };
}
