import ts from 'typescript';
import { lineOf, nodesOf, type Source } from './source.js';

export interface FunctionFacts {
  readonly path: string;
  readonly line: number;
  /** Lines from its name to its closing brace. */
  readonly lines: number;
}

const KINDS = [
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.Constructor,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
];

/** Functions with a block; arrows that are one expression are not counted. */
export function functionsOf(source: Source): readonly FunctionFacts[] {
  return nodesOf(source, hasBlock, ...KINDS).map((node) => {
    const line = lineOf(source, node.getStart(source.tree));
    return { path: source.path, line, lines: lineOf(source, node.end) - line + 1 };
  });
}

function hasBlock(node: ts.Node): node is ts.FunctionLikeDeclaration {
  if (!ts.isFunctionLike(node) || !('body' in node)) return false;
  return node.body !== undefined && ts.isBlock(node.body as ts.Node);
}
