import type { House, Violation } from '../house.js';

const GENERATED = 'docs/settings.md';

/** Settings are described where they are defined, and listed in the generated page alone. */
export function settingsTables({ files }: House): readonly Violation[] {
  const pages = [...files].filter(([path]) => path.endsWith('.md') && path !== GENERATED);
  return pages.flatMap(([path, text]) => {
    const line = text.split('\n').findIndex((row) => /^\| *`LOOM_/.test(row));
    return line < 0 ? [] : [{ path, line: line + 1, message: `a table of settings by hand: refer to ${GENERATED}` }];
  });
}
