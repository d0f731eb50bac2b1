import type { Scope, ScopeVersion } from '#libs/contracts';
import type { RulesetReader, RulesetUpdate } from '#libs/rulesets';
import type { DeltaArchive, JournalEntry } from './ports.js';

export interface JournalLimits {
  /** Versions, counted from the newest. */
  readonly entries: number;
  /** Size of one scope as JSON. */
  readonly bytes: number;
  /** Size of all scopes together. */
  readonly totalBytes: number;
}
const MIB = 1_024 * 1_024;
const LIMITS: JournalLimits = { entries: 1_000, bytes: 4 * MIB, totalBytes: 32 * MIB };

interface Kept extends JournalEntry {
  readonly bytes: number;
}
interface Page {
  epoch: string;
  /** The version that the last entry led to. */
  version: number;
  /** Contiguous, oldest first. */
  entries: Kept[];
  bytes: number;
  /** The archive was read and has nothing older than the first entry. */
  isExhausted: boolean;
  reading: Promise<void> | undefined;
}

/**
 * The last changes of each scope, as this process applied them; earlier ones come from the archive. It returns a sequence without
 * gaps, or nothing.
 */
export class Journal {
  /** In the order of the last change, oldest first. */
  readonly #pages = new Map<Scope, Page>();
  #bytes = 0;

  constructor(
    private readonly rulesets: RulesetReader,
    private readonly archive: DeltaArchive,
    private readonly limits: JournalLimits = LIMITS,
  ) {
    rulesets.onUpdate((update) => this.#note(update));
    rulesets.onEvicted((scope) => this.#forget(scope));
  }

  /** The changes from a version to the one held; `undefined` when any of them is missing. */
  since(scope: Scope, epoch: string, version: number): readonly JournalEntry[] | undefined {
    const page = this.#pageOf(scope);
    if (page?.epoch !== epoch) return undefined;
    const missing = page.version - version;
    if (missing < 0 || missing > page.entries.length) return undefined;
    return page.entries.slice(page.entries.length - missing);
  }

  /** Reads the changes that `since` needs from the archive. Never throws. */
  async fetch(scope: Scope, epoch: string, version: number): Promise<void> {
    const page = this.#pageOf(scope);
    if (page?.epoch !== epoch || page.isExhausted) return;
    const missing = page.version - version;
    if (missing <= page.entries.length || missing > this.limits.entries) return;
    page.reading ??= this.#read(scope, page).finally(() => (page.reading = undefined));
    await page.reading;
  }

  /** Reads up to the limit: other readers resume from older versions. */
  async #read(scope: Scope, page: Page): Promise<void> {
    const { epoch, version } = page;
    const from = Math.max(1, version - this.limits.entries + 1);
    try {
      const older = await this.archive.read(scope, epoch, from, firstOf(page) - 1);
      if (this.#pages.get(scope) !== page) return;
      this.#prepend(page, older);
      this.#shortenOldest();
    } catch {
      // This reader gets the full state; the next one reads the archive again.
    }
  }

  #prepend(page: Page, read: readonly JournalEntry[]): void {
    page.isExhausted = true;
    for (const entry of read.toReversed()) {
      if (entry.epoch !== page.epoch || entry.version !== firstOf(page) - 1) return;
      const kept = { ...entry, bytes: sizeOf(entry) };
      if (page.bytes + kept.bytes > this.limits.bytes || page.entries.length >= this.limits.entries) return;
      page.entries.unshift(kept);
      this.#count(page, kept.bytes);
    }
  }

  #note({ scope, epoch, version, changes }: RulesetUpdate): void {
    const page = this.#pages.get(scope);
    this.#pages.delete(scope);
    if (page?.epoch === epoch && page.version + 1 === version) {
      this.#append(page, { epoch, version, changes, bytes: sizeOf({ changes }) });
      this.#pages.set(scope, page);
    } else {
      this.#bytes -= page?.bytes ?? 0;
      this.#pages.set(scope, { epoch, version, entries: [], bytes: 0, isExhausted: false, reading: undefined });
    }
    this.#shortenOldest();
  }

  /** The scopes that changed longest ago lose their entries first. */
  #shortenOldest(): void {
    for (const other of this.#pages.values()) {
      if (this.#bytes <= this.limits.totalBytes) break;
      this.#shorten(other, 0);
    }
  }

  /** Later changes start a new sequence. */
  #forget(scope: Scope): void {
    this.#bytes -= this.#pages.get(scope)?.bytes ?? 0;
    this.#pages.delete(scope);
  }

  #append(page: Page, entry: Kept): void {
    page.version = entry.version;
    page.entries.push(entry);
    this.#count(page, entry.bytes);
    while (page.entries.length > this.limits.entries || page.bytes > this.limits.bytes) {
      this.#shorten(page, page.entries.length - 1);
    }
  }

  /** Drops the oldest entries, and marks the page as exhausted: entries of the archive would be dropped again. */
  #shorten(page: Page, length: number): void {
    const gone = page.entries.splice(0, page.entries.length - length);
    for (const { bytes } of gone) this.#count(page, -bytes);
    page.isExhausted = true;
  }

  #count(page: Page, bytes: number): void {
    page.bytes += bytes;
    this.#bytes += bytes;
  }

  /** The page of a scope, while it is at the version of the ruleset. */
  #pageOf(scope: Scope): Page | undefined {
    const page = this.#pages.get(scope);
    return page !== undefined && isAt(page, this.rulesets.get(scope)) ? page : undefined;
  }
}

function firstOf({ version, entries }: Page): number {
  return version - entries.length + 1;
}

function isAt(page: Page, held: ScopeVersion | undefined): boolean {
  return page.epoch === held?.epoch && page.version === held.version;
}

function sizeOf({ changes }: Pick<JournalEntry, 'changes'>): number {
  return JSON.stringify(changes).length;
}
