import ts from 'typescript';

/** A manifest as it is rendered. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

export const nameOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

const FILE = 'rendered-manifests.ts';
const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

/**
 * What is wrong with the manifests by the types of Kubernetes' API (`kubernetes-models`, made from its OpenAPI document): a field
 * that does not exist, one that is missing, a value of another type. Each manifest becomes a literal of its type, so the compiler
 * finds what it finds in our own code; a cluster is not asked.
 */
export function typeMistakes(manifests: readonly Manifest[]): readonly string[] {
  const text = manifests.map(declare).join('');
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, language) =>
    name === FILE ? ts.createSourceFile(name, text, language) : getSourceFile(name, language);
  host.fileExists = (name) => name === FILE || fileExists(name);
  host.readFile = (name) => (name === FILE ? text : readFile(name));
  const program = ts.createProgram([FILE], options, host);
  const source = program.getSourceFile(FILE)!;
  return ts.getPreEmitDiagnostics(program).map((found) => explain(found, source, manifests));
}

/** One line per manifest, so that the line number of a compiler error identifies the manifest. */
function declare(manifest: Manifest, index: number): string {
  const { apiVersion, kind } = manifest;
  const type = `import('kubernetes-models/${apiVersion}/${kind}').I${kind}`;
  return `export const m${index}: ${type} = ${JSON.stringify(manifest)};\n`;
}

function explain({ start = 0, messageText }: ts.Diagnostic, source: ts.SourceFile, all: readonly Manifest[]): string {
  const manifest = all[source.getLineAndCharacterOfPosition(start).line];
  const what = ts.flattenDiagnosticMessageText(messageText, ' ').split('. ').slice(0, 2).join('. ');
  return `${manifest === undefined ? '' : nameOf(manifest)}: ${what}`;
}
