import { parseSource, type Source } from './source/source.js';

/** A commit that a rule may still ask to be changed: none that has landed. */
export interface Commit {
  readonly hash: string;
  readonly subject: string;
}

/** The project as the rules see it. */
export interface House {
  /** Text by path, relative to the root and sorted; empty for files that are neither code, JSON nor Markdown. */
  readonly files: ReadonlyMap<string, string>;
  readonly commits: readonly Commit[];
  /** Every TypeScript and JavaScript file of the source folders, each parsed once. */
  readonly sources: readonly Source[];
  readonly source: (path: string) => Source | undefined;
}

/** One place that breaks a rule. */
export interface Violation {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

/** What holds code; documents and manifests lie elsewhere. */
export const SOURCE_FOLDERS = ['apps', 'libs', 'tools', 'e2e', 'bench', 'conformance'];

export function houseOf(files: Readonly<Record<string, string>>, commits: readonly Commit[] = []): House {
  const sorted = new Map(Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const sources = new Map(
    [...sorted].filter(([path]) => isSource(path)).map(([path, text]) => [path, lazy(path, text)]),
  );
  return {
    files: sorted,
    commits,
    get sources() {
      return [...sources.values()].map((parsed) => parsed());
    },
    source: (path) => sources.get(path)?.(),
  };
}

function lazy(path: string, text: string): () => Source {
  let source: Source | undefined;
  return () => (source ??= parseSource(path, text));
}

function isSource(path: string): boolean {
  return /\.(ts|mjs)$/.test(path) && SOURCE_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}
