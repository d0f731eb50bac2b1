import type { FlagDocument, Rule, RulesetDocument } from '#libs/contracts';
import { segmentsIn } from '#libs/kernel';
import type { Documents } from './documents.js';

/** Keys of the flags with rules that use one of the segments or strategies, directly or through nested segments. */
export function flagsUsing(refs: ReadonlySet<string>, scopes: readonly Documents[]): readonly string[] {
  const documents = scopes.flatMap((scope) => [...scope.values()]);
  const reached = spread(refs, documents);
  return documents
    .filter((document): document is FlagDocument => document.kind === 'flag' && usesAny(document, reached))
    .map(({ key }) => key)
    .toSorted();
}

/** Adds the documents that refer to a member, until no further one does. */
function spread(refs: ReadonlySet<string>, documents: readonly RulesetDocument[]): ReadonlySet<string> {
  const reached = new Set(refs);
  for (let grown = true; grown;) {
    const size = reached.size;
    for (const document of documents) {
      if (document.kind !== 'segment' && document.kind !== 'strategy') continue;
      const ref = document.kind === 'segment' ? `segment:${document.key}` : `strategy:${document.id}`;
      if (segmentsIn(document.conditions).some((key) => reached.has(`segment:${key}`))) reached.add(ref);
    }
    grown = reached.size > size;
  }
  return reached;
}

function usesAny(flag: FlagDocument, refs: ReadonlySet<string>): boolean {
  return Object.values(flag.configs).some(({ rules }) =>
    rules.some((rule) => refsOf(rule).some((ref) => refs.has(ref))),
  );
}

function refsOf(rule: Rule): readonly string[] {
  const segments = segmentsIn(rule.conditions).map((key) => `segment:${key}`);
  return rule.strategy_id === undefined ? segments : [`strategy:${rule.strategy_id}`, ...segments];
}
