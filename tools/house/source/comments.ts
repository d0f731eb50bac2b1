import ts from 'typescript';
import { nodesOf, type Source } from './source.js';

/** A piece of text and where it begins. */
export interface Excerpt {
  readonly text: string;
  readonly position: number;
}

/** Every comment; `//` inside a string, a template or a pattern begins none. */
export function commentsOf(source: Source): readonly Excerpt[] {
  const literals = literalSpans(source);
  const found: Excerpt[] = [];
  const start = /\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  for (let match = start.exec(source.text); match !== null; match = start.exec(source.text)) {
    const end = endOfLiteralAround(literals, match.index);
    if (end === undefined) found.push({ text: match[0], position: match.index });
    else start.lastIndex = end;
  }
  return found;
}

type Span = readonly [start: number, end: number];

const LITERALS = [
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
  ts.SyntaxKind.TemplateMiddle,
  ts.SyntaxKind.TemplateTail,
  ts.SyntaxKind.RegularExpressionLiteral,
];

function literalSpans(source: Source): readonly Span[] {
  const spans = LITERALS.flatMap((kind) => source.nodes.get(kind) ?? []).map((node): Span => [
    node.getStart(),
    node.end,
  ]);
  return spans.toSorted(([a], [b]) => a - b);
}

/** Binary search: the spans are sorted and do not overlap. */
function endOfLiteralAround(spans: readonly Span[], position: number): number | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]![1] <= position) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  return span !== undefined && span[0] <= position ? span[1] : undefined;
}

/** The names of tests and their groups: the first argument of `it(…)`, `describe(…)` and `it.each(…)(…)`. */
export function testNamesOf(source: Source): readonly Excerpt[] {
  return nodesOf(source, ts.isCallExpression, ts.SyntaxKind.CallExpression)
    .filter(({ expression }) => /^(it|describe|test)\b/.test(expression.getText(source.tree)))
    .flatMap(({ arguments: [name] }) => (name === undefined ? [] : textIn(name)));
}

/** Sentences in strings and templates: messages of errors and logs, descriptions. */
export function sentencesOf(source: Source): readonly Excerpt[] {
  return LITERALS.filter((kind) => kind !== ts.SyntaxKind.RegularExpressionLiteral)
    .flatMap((kind) => source.nodes.get(kind) ?? [])
    .flatMap(textIn)
    .filter(({ text }) => /\p{L}+ \p{L}+ \p{L}+/u.test(text));
}

function textIn(node: ts.Node): readonly Excerpt[] {
  if (ts.isTemplateExpression(node))
    return [node.head, ...node.templateSpans.map(({ literal }) => literal)].flatMap(textIn);
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)
    ? [{ text: node.text, position: node.getStart() }]
    : [];
}
