import ts from 'typescript';
import type { House, Violation } from '../house.js';
import { lineOf, nodesOf, type Source } from '../source/source.js';

/** What hides a dependency or switches the compiler off. ESLint forbids the same in TypeScript; this rule covers scripts too. */
export function forbiddenSyntax(house: House): readonly Violation[] {
  return house.sources.filter(isOurs).flatMap((source) =>
    [...defaultExports(source), ...identifiers(source), ...casts(source)].map(({ node, message }) => ({
      path: source.path,
      line: lineOf(source, node.getStart(source.tree)),
      message,
    })),
  );
}

interface Found {
  readonly node: ts.Node;
  readonly message: string;
}

/** jest calls the default export of these files. */
const OF_JEST = /^libs\/local-servers\/src\/private\/jest-(setup|teardown)\.mjs$/;

/** Peers of the benchmarks are packages of their own; a declaration file describes the package of others. */
function isOurs({ path }: Source): boolean {
  return !/^bench\/[^/]+\/peers?\/|^conformance\/|\.d\.ts$/.test(path) && !OF_JEST.test(path);
}

function defaultExports(source: Source): readonly Found[] {
  const assignments = source.nodes.get(ts.SyntaxKind.ExportAssignment) ?? [];
  const modifiers = source.nodes.get(ts.SyntaxKind.DefaultKeyword) ?? [];
  return [...assignments, ...modifiers].map((node) => ({ node, message: 'export default: export a name' }));
}

const IDENTIFIERS = new Map([
  ['forwardRef', 'forwardRef hides a cycle'],
  ['ModuleRef', 'ModuleRef finds at run time what composition.ts can pass'],
]);

function identifiers(source: Source): readonly Found[] {
  return nodesOf(source, ts.isIdentifier, ts.SyntaxKind.Identifier).flatMap((node) => {
    const message = IDENTIFIERS.get(node.text);
    return message === undefined || ts.isImportSpecifier(node.parent) ? [] : [{ node, message }];
  });
}

function casts(source: Source): readonly Found[] {
  return nodesOf(source, ts.isAsExpression, ts.SyntaxKind.AsExpression)
    .filter(({ type }) => type.kind === ts.SyntaxKind.NeverKeyword)
    .map((node) => ({ node, message: 'as never switches the compiler off' }));
}
