import ts from 'typescript';
import type { House } from '../house.js';
import { remembered } from '../remembered.js';
import { resolve, type Declared } from './modules.js';
import { nodesOf, type Source } from './source.js';

/** Where each name that a file exports is declared; `export *` is followed. */
export const exportsOf = remembered((house, path): ReadonlyMap<string, Declared> => exportsBelow(house, path, []));

function exportsBelow(house: House, path: string, above: readonly string[]): ReadonlyMap<string, Declared> {
  const source = house.source(path);
  if (source === undefined || above.includes(path)) return new Map();
  return new Map([...ownExports(source), ...passedExports(house, source, [...above, path])]);
}

/** Follows a name through the files that pass it on to the one that declares it. */
export function declarationOf(house: House, path: string, name: string): Declared {
  return exportsOf(house, path).get(name) ?? { path, name };
}

/** `export * from` in a file, by line. */
export function starExportsOf(source: Source): readonly ts.ExportDeclaration[] {
  return nodesOf(source, ts.isExportDeclaration, ts.SyntaxKind.ExportDeclaration).filter(
    ({ exportClause, moduleSpecifier }) => exportClause === undefined && moduleSpecifier !== undefined,
  );
}

type Entry = readonly [string, Declared];

function ownExports({ tree, path }: Source): readonly Entry[] {
  const exported = tree.statements.filter(
    (statement) => ts.canHaveModifiers(statement) && isExported(ts.getModifiers(statement)),
  );
  return exported.flatMap(declaredNames).map((name): Entry => [name, { path, name }]);
}

function isExported(modifiers: readonly ts.Modifier[] = []): boolean {
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  return isNamed(statement) && statement.name !== undefined ? [statement.name.text] : [];
}

type Named = ts.FunctionDeclaration | ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

function isNamed(node: ts.Node): node is Named {
  const tests = [ts.isFunctionDeclaration, ts.isClassDeclaration, ts.isInterfaceDeclaration, ts.isTypeAliasDeclaration];
  return tests.some((is) => is(node));
}

function passedExports(house: House, source: Source, above: readonly string[]): readonly Entry[] {
  return nodesOf(source, ts.isExportDeclaration, ts.SyntaxKind.ExportDeclaration).flatMap((declaration) => {
    const specifier = declaration.moduleSpecifier;
    const target =
      specifier !== undefined && ts.isStringLiteral(specifier)
        ? resolve(house, source.path, specifier.text)
        : source.path;
    return namesPassed(house, declaration, target ?? source.path, above);
  });
}

function namesPassed(
  house: House,
  { exportClause }: ts.ExportDeclaration,
  target: string,
  above: readonly string[],
): readonly Entry[] {
  if (exportClause === undefined) return [...exportsBelow(house, target, above)];
  if (ts.isNamespaceExport(exportClause)) return [[exportClause.name.text, { path: target, name: '*' }]];
  const inside = exportsBelow(house, target, above);
  return exportClause.elements.map(({ name, propertyName }): Entry => {
    const original = (propertyName ?? name).text;
    return [name.text, inside.get(original) ?? { path: target, name: original }];
  });
}
