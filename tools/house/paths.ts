/** Tests and what only tests use. */
export function isTest(path: string): boolean {
  return /\.spec(-support)?\.ts$|\/test\/|^(e2e|conformance)\//.test(path);
}

/** A test that needs no server. */
export function isUnitSpec(path: string): boolean {
  return path.endsWith('.spec.ts') && !/\.(int|e2e)\.spec\.ts$/.test(path);
}

/** The file that a spec or its support belongs to: `start.ts` for `start.int.spec.ts`; any other file itself. */
export function testedBy(path: string): string {
  return path.replace(/(\.int)?\.spec(-support)?\.ts$/, '.ts');
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The app or lib a file belongs to, such as `libs/kernel`. */
export function partOf(path: string): string | undefined {
  return /^(?:apps|libs)\/[^/]+(?=\/)/.exec(path)?.[0];
}

/** The apps and libs of these files, sorted, each once. */
export function partsOf(paths: Iterable<string>): readonly string[] {
  return [...new Set([...paths].flatMap((path) => partOf(path) ?? []))].toSorted();
}

/** `create-flag.ts` and `flag.store.ts` as classes: `CreateFlag`, `FlagStore`. */
export function classNameOf(path: string): string {
  const words = nameOf(path).replace(/\.ts$/, '').split(/[-.]/);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
