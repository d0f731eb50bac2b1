import { readFileSync } from 'node:fs';

/** Node raises its soft limit to the hard one before it runs any code, so the soft limit is the one in force. */
const LIMIT = /^Max open files\s+(\d+)/m;

/** Files and connections that this process may open at the same time; `undefined` when unlimited, or on systems without `/proc`. */
export function openFiles(): number | undefined {
  try {
    return openFilesIn(readFileSync('/proc/self/limits', 'latin1'));
  } catch {
    return undefined;
  }
}

/** Parses Linux's `/proc/<pid>/limits`. */
export function openFilesIn(text: string): number | undefined {
  const found = LIMIT.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
