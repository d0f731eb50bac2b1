import ts from 'typescript';
import type { House } from '../house.js';
import { remembered } from '../remembered.js';
import { declarationOf } from './exports.js';
import { importsOf, type Declared } from './modules.js';
import { lineOf, nodesOf, type Source } from './source.js';

export interface ClassFacts extends Declared {
  readonly line: number;
  readonly isAbstract: boolean;
  readonly isExported: boolean;
  readonly methods: readonly string[];
  /** How many arguments its constructor takes. */
  readonly parameters: number;
  /** What it extends and implements, each where it is declared. */
  readonly parents: readonly Declared[];
  readonly comment: string;
}

/** Every class with a name, and every class expression (with an empty name). */
export const classesOf = remembered((house, path): readonly ClassFacts[] => {
  const source = house.source(path);
  return source === undefined ? [] : classesIn(house, source);
});

function classesIn(house: House, source: Source): readonly ClassFacts[] {
  const find = finder(house, source.path);
  return nodesOf(source, isClass, ts.SyntaxKind.ClassDeclaration, ts.SyntaxKind.ClassExpression).map((node) => ({
    path: source.path,
    name: node.name?.text ?? '',
    line: lineOf(source, node.getStart(source.tree)),
    isAbstract: has(node, ts.SyntaxKind.AbstractKeyword),
    isExported: has(node, ts.SyntaxKind.ExportKeyword),
    methods: node.members.filter(ts.isMethodDeclaration).map(({ name }) => name.getText(source.tree)),
    parameters: node.members.find(ts.isConstructorDeclaration)?.parameters.length ?? 0,
    parents: parentsOf(node).map(find),
    comment: commentOf(source, node),
  }));
}

/** A name in one file → the file that declares it. */
export function finder(house: House, path: string): (name: string) => Declared {
  const imports = new Map(
    importsOf(house, path).flatMap((one) => (one.local === undefined ? [] : [[one.local, one] as const])),
  );
  return (name) => {
    const found = imports.get(name);
    return found === undefined ? { path, name } : declarationOf(house, found.from, found.name);
  };
}

function isClass(node: ts.Node): node is ts.ClassLikeDeclaration {
  return ts.isClassLike(node);
}

function has(node: ts.ClassLikeDeclaration, kind: ts.SyntaxKind): boolean {
  return (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind);
}

function parentsOf(node: ts.ClassLikeDeclaration): readonly string[] {
  const types = (node.heritageClauses ?? []).flatMap(({ types }) => [...types]);
  return types.flatMap(({ expression }) => (ts.isIdentifier(expression) ? [expression.text] : []));
}

function commentOf(source: Source, node: ts.Node): string {
  const ranges = ts.getLeadingCommentRanges(source.text, node.pos) ?? [];
  return ranges.map(({ pos, end }) => source.text.slice(pos, end)).join('\n');
}
