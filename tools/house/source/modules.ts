import { posix } from 'node:path';
import ts from 'typescript';
import type { House } from '../house.js';
import { remembered } from '../remembered.js';
import { nodesOf, type Source } from './source.js';

/** A name that one file takes from another: `*` for all of them. */
export interface Import {
  readonly from: string;
  readonly name: string;
  /** The name it has in the importing file; undefined when it only passes through. */
  readonly local: string | undefined;
}

/** Where a name is declared. */
export interface Declared {
  readonly path: string;
  readonly name: string;
}

/** The path of a lib's door. */
export function doorOf(lib: string): string {
  return `libs/${lib}/src/index.ts`;
}

/** The file of this project that an import specifier leads to. */
export function resolve(house: House, from: string, specifier: string): string | undefined {
  const lib = /^#libs\/(.+)$/.exec(specifier)?.[1];
  if (lib !== undefined) return doorOf(lib);
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), specifier).replace(/^dist\//, '');
  return [path, path.replace(/\.js$/, '.ts')].find((candidate) => house.files.has(candidate));
}

/** Everything a file imports or passes on from files of this project. */
export const importsOf = remembered((house, path): readonly Import[] => {
  const source = house.source(path);
  if (source === undefined) return [];
  return [...declaredImports(source), ...passedOn(source), ...inlineImports(source)].flatMap(
    ({ specifier, ...rest }) => {
      const from = resolve(house, path, specifier);
      return from === undefined ? [] : [{ from, ...rest }];
    },
  );
});

type Unresolved = Omit<Import, 'from'> & { readonly specifier: string };

function declaredImports(source: Source): readonly Unresolved[] {
  return nodesOf(source, ts.isImportDeclaration, ts.SyntaxKind.ImportDeclaration).flatMap((declaration) => {
    const specifier = textOf(declaration.moduleSpecifier);
    const bindings = declaration.importClause?.namedBindings;
    if (bindings === undefined) return [];
    if (ts.isNamespaceImport(bindings)) return membersOf(source, bindings.name.text, specifier);
    return bindings.elements.map((element) => ({ specifier, name: importedName(element), local: element.name.text }));
  });
}

/** `import * as names`: the members that are used. */
function membersOf(source: Source, namespace: string, specifier: string): readonly Unresolved[] {
  return nodesOf(source, ts.isPropertyAccessExpression, ts.SyntaxKind.PropertyAccessExpression)
    .filter(({ expression }) => ts.isIdentifier(expression) && expression.text === namespace)
    .map(({ name }) => ({ specifier, name: name.text, local: undefined }));
}

function passedOn(source: Source): readonly Unresolved[] {
  return nodesOf(source, ts.isExportDeclaration, ts.SyntaxKind.ExportDeclaration).flatMap((declaration) => {
    if (declaration.moduleSpecifier === undefined) return [];
    const specifier = textOf(declaration.moduleSpecifier);
    const clause = declaration.exportClause;
    if (clause === undefined || ts.isNamespaceExport(clause)) return [{ specifier, name: '*', local: undefined }];
    return clause.elements.map((element) => ({ specifier, name: importedName(element), local: undefined }));
  });
}

/** `import('…').Name` and `const { Name } = await import('…')`; any other use of `import()` takes all names. */
function inlineImports(source: Source): readonly Unresolved[] {
  const types = nodesOf(source, ts.isImportTypeNode, ts.SyntaxKind.ImportType).map(({ argument, qualifier }) => {
    const name = qualifier === undefined ? '*' : (qualifier.getText(source.tree).split('.')[0] ?? '*');
    return { specifier: ts.isLiteralTypeNode(argument) ? textOf(argument.literal) : '', name, local: undefined };
  });
  const calls = nodesOf(source, ts.isCallExpression, ts.SyntaxKind.CallExpression)
    .filter(({ expression }) => expression.kind === ts.SyntaxKind.ImportKeyword)
    .flatMap((call) => namesTaken(call).map((name) => ({ specifier: textOf(call.arguments[0]), name, local: name })));
  return [...types, ...calls];
}

function namesTaken(call: ts.CallExpression): readonly string[] {
  const declaration = call.parent.parent;
  if (!ts.isVariableDeclaration(declaration) || !ts.isObjectBindingPattern(declaration.name)) return ['*'];
  return declaration.name.elements.map(({ propertyName, name }) => (propertyName ?? name).getText());
}

function importedName({ propertyName, name }: ts.ImportSpecifier | ts.ExportSpecifier): string {
  return (propertyName ?? name).text;
}

function textOf(node: ts.Node | undefined): string {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : '';
}
