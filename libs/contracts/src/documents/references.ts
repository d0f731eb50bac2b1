import { segmentsIn } from '#libs/kernel';
import type { DocumentRef, FlagConfigDocument, FlagDocument, Rule, RulesetDocument } from './documents.js';

/**
 * What a document refers to in evaluation, each reference once: the segments in its conditions, the strategies of its rules, the
 * flags that it requires. Conditions are walked by their grammar, so what looks like a reference inside a value is none.
 * `configs`: those of a flag to look at. Default: all.
 */
export function referencesOf(
  document: RulesetDocument,
  configs?: readonly FlagConfigDocument[],
): ReadonlySet<DocumentRef> {
  if (document.kind === 'segment' || document.kind === 'strategy')
    return new Set(refsOfConditions(document.conditions));
  return document.kind === 'flag' ? refsOfFlag(document, configs ?? Object.values(document.configs)) : new Set();
}

/** The strategies and segments that rules refer to, each once. */
export function refsOfRules(rules: readonly Rule[]): ReadonlySet<DocumentRef> {
  return new Set(
    rules.flatMap(({ strategy_id, conditions }): readonly DocumentRef[] => {
      const segments = refsOfConditions(conditions);
      return strategy_id === undefined ? segments : [`strategy:${strategy_id}`, ...segments];
    }),
  );
}

/** The names in references of one kind: keys of segments and flags, ids of strategies. */
export function namesIn(refs: Iterable<DocumentRef>, kind: RulesetDocument['kind']): readonly string[] {
  const prefix = `${kind}:`;
  return [...refs].filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length));
}

function refsOfFlag({ prerequisites }: FlagDocument, configs: readonly FlagConfigDocument[]): ReadonlySet<DocumentRef> {
  const required = prerequisites.map(({ flag_key }): DocumentRef => `flag:${flag_key}`);
  return new Set([...required, ...configs.flatMap(({ rules }) => [...refsOfRules(rules)])]);
}

function refsOfConditions(conditions: unknown): readonly DocumentRef[] {
  return segmentsIn(conditions).map((key): DocumentRef => `segment:${key}`);
}
