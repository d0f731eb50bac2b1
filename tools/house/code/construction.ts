import ts from 'typescript';
import type { House, Violation } from '../house.js';
import { classNameOf, isTest, nameOf } from '../paths.js';
import { classesOf, finder, type ClassFacts } from '../source/classes.js';
import type { Declared } from '../source/modules.js';
import { lineOf, nodesOf, type Source } from '../source/source.js';

/** Use cases and stores are constructed in `composition.ts` alone; tests may construct what they test. */
export function construction(house: House): readonly Violation[] {
  const composed = new Map(composedClasses(house).map((one) => [keyOf(one), one]));
  const places = house.sources.filter(({ path }) => !isTest(path) && nameOf(path) !== 'composition.ts');
  return places.flatMap((source) =>
    constructedIn(house, source)
      .filter((one) => isAstray(composed, one))
      .map(violation),
  );
}

/** Classes of `application/` that carry out a command or a question. */
export function useCasesOf(house: House): readonly ClassFacts[] {
  const inApplication = sourcesBelow(house, /^apps\/[^/]+\/src\/application\//);
  return inApplication.flatMap(({ path }) => classesOf(house, path)).filter((one) => !one.isAbstract && isUseCase(one));
}

function isUseCase({ path, name, methods, parameters }: ClassFacts): boolean {
  return methods.includes('execute') || (name === classNameOf(path) && parameters > 0);
}

function composedClasses(house: House): readonly ClassFacts[] {
  const adapters = sourcesBelow(house, /^apps\/[^/]+\/src\/(db|cache)\//).flatMap(({ path }) => classesOf(house, path));
  return [...useCasesOf(house), ...adapters.filter((one) => one.isExported && one.parameters > 0 && !isError(one))];
}

function isError({ parents }: ClassFacts): boolean {
  return parents.some(({ name }) => name.endsWith('Error'));
}

function sourcesBelow(house: House, folder: RegExp): readonly Source[] {
  return house.sources.filter(({ path }) => folder.test(path) && !isTest(path));
}

interface Constructed {
  readonly path: string;
  readonly line: number;
  readonly target: Declared;
}

/** Use cases are made nowhere else. A store may be made in its own room too: a unit of work makes the stores of its transaction. */
function isAstray(composed: ReadonlyMap<string, ClassFacts>, { path, target }: Constructed): boolean {
  const found = composed.get(keyOf(target));
  if (found === undefined || path === target.path) return false;
  return found.methods.includes('execute') || roomOf(path) !== roomOf(target.path);
}

function roomOf(path: string): string {
  return /^apps\/[^/]+\/src\/[^/]+/.exec(path)?.[0] ?? path;
}

function constructedIn(house: House, source: Source): readonly Constructed[] {
  const find = finder(house, source.path);
  return [...newExpressions(source), ...providers(source)].map((node) => ({
    path: source.path,
    line: lineOf(source, node.getStart(source.tree)),
    target: find(node.text),
  }));
}

function newExpressions(source: Source): readonly ts.Identifier[] {
  return nodesOf(source, ts.isNewExpression, ts.SyntaxKind.NewExpression)
    .map(({ expression }) => expression)
    .filter(ts.isIdentifier);
}

/** `provide(X, …)` and `useClass: X` let Nest construct it. */
function providers(source: Source): readonly ts.Identifier[] {
  const calls = nodesOf(source, ts.isCallExpression, ts.SyntaxKind.CallExpression)
    .filter(({ expression }) => /^(provide|made)$/.test(expression.getText(source.tree)))
    .flatMap(({ arguments: [first] }) => first ?? []);
  const properties = nodesOf(source, ts.isPropertyAssignment, ts.SyntaxKind.PropertyAssignment)
    .filter(({ name }) => name.getText(source.tree) === 'useClass')
    .map(({ initializer }) => initializer);
  return [...calls, ...properties].filter(ts.isIdentifier);
}

function violation({ path, line, target }: Constructed): Violation {
  return { path, line, message: `${target.name} is constructed outside composition.ts` };
}

function keyOf({ path, name }: Declared): string {
  return `${path}#${name}`;
}
