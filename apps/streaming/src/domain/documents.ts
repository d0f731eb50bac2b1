import { refOf, type DocumentChange, type RulesetDocument } from '#libs/contracts';

/** The documents of one scope. */
export interface Documents {
  get(ref: string): RulesetDocument | undefined;
  values(): Iterable<RulesetDocument>;
}
export type Owner = 'platform' | 'organization';
/** What is in reach of an environment's flags. */
export type View = Readonly<Record<Owner, Documents>>;

export interface Change extends DocumentChange {
  /** What stood in its place. */
  readonly before: RulesetDocument | null;
}
/** What changed in one scope from one version to a later one. */
export interface Update {
  readonly owner: Owner;
  readonly changes: readonly Change[];
}

/** Documents with some put in the place of others, which stay as they are. */
export class Layer implements Documents {
  readonly #put = new Map<string, RulesetDocument | null>();

  constructor(private readonly below: Documents) {}

  /** @param document `null` takes it away */
  put(ref: string, document: RulesetDocument | null): void {
    this.#put.set(ref, document);
  }

  get(ref: string): RulesetDocument | undefined {
    const put = this.#put.get(ref);
    return put === undefined ? this.below.get(ref) : (put ?? undefined);
  }

  *values(): Iterable<RulesetDocument> {
    for (const document of this.below.values()) if (!this.#put.has(refOf(document))) yield document;
    for (const document of this.#put.values()) if (document !== null) yield document;
  }
}

/** How things stood before an update that has been made. */
export function viewBefore(now: View, { owner, changes }: Update): View {
  const layer = new Layer(now[owner]);
  for (const { ref, before } of changes) layer.put(ref, before);
  return { ...now, [owner]: layer };
}
