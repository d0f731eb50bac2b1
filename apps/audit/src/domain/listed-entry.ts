import type { Entry } from './entry.js';

/** A larger diff is left out of lists. */
const MAX_DIFF_BYTES = 64 * 1024;
/** Longer texts of entries are stored a second time as they are listed, so that a list does not read two whole documents. */
const MAX_READ_WHOLE = 16 * 1024;

/** An entry as lists show it: without the two documents, the address, and a large diff. */
export type ListedEntry = Omit<Entry, 'before' | 'after' | 'diff' | 'ip'> & {
  readonly diff?: unknown;
  /** The diff is left out because of its size; the whole entry has it. */
  readonly diff_truncated?: true;
};

/** The entry as lists show it; what is listed already stays as it is. */
export function listedEntry(entry: ListedEntry): ListedEntry {
  const { before: _before, after: _after, ip: _ip, diff, ...listed } = entry as Entry;
  if (entry.diff_truncated === true) return listed;
  const bytes = Buffer.byteLength(JSON.stringify(diff) ?? '');
  return bytes > MAX_DIFF_BYTES ? { ...listed, diff_truncated: true } : { ...listed, diff };
}

/** What is stored for lists beside the text of an entry; `null` when lists read the text itself. */
export function summaryOf(text: string): string | null {
  return text.length > MAX_READ_WHOLE ? JSON.stringify(listedEntry(JSON.parse(text) as ListedEntry)) : null;
}
