import type { Scope, ScopeVersion } from '#libs/contracts';
import type { DeltaArchive, JournalEntry, Rulesets, ScopeUpdate } from './ports.js';

export interface JournalLimits {
  /** Versions back from the newest. */
  readonly entries: number;
  /** Of one scope, as JSON. */
  readonly bytes: number;
  /** Of all scopes together. */
  readonly totalBytes: number;
}
const MIB = 1_024 * 1_024;
const LIMITS: JournalLimits = { entries: 1_000, bytes: 4 * MIB, totalBytes: 32 * MIB };

interface Kept extends JournalEntry {
  readonly bytes: number;
}
interface Page {
  epoch: string;
  /** The version after the last entry. */
  version: number;
  /** Contiguous, oldest first. */
  entries: Kept[];
  bytes: number;
  /** The archive was asked, and has nothing that is older than the first entry. */
  isExhausted: boolean;
  reading: Promise<void> | undefined;
}

/**
 * The last changes of each scope as this process applied them; what it did not see itself it takes from the archive. Whatever it
 * gives is without holes, or it gives nothing.
 */
export class Journal {
  /** The scope that changed last stands last. */
  readonly #pages = new Map<Scope, Page>();
  #bytes = 0;

  constructor(
    private readonly rulesets: Rulesets,
    private readonly archive: DeltaArchive,
    private readonly limits: JournalLimits = LIMITS,
  ) {
    rulesets.onUpdate((update) => this.#note(update));
    rulesets.onEvicted((scope) => this.#forget(scope));
  }

  /** The changes that led from a version to the one held; `undefined` unless all of them are there. */
  since(scope: Scope, epoch: string, version: number): readonly JournalEntry[] | undefined {
    const page = this.#pageOf(scope);
    if (page?.epoch !== epoch) return undefined;
    const missing = page.version - version;
    if (missing < 0 || missing > page.entries.length) return undefined;
    return page.entries.slice(page.entries.length - missing);
  }

  /** Brings what `since` needs within reach, if anybody has it. Never throws. */
  async fetch(scope: Scope, epoch: string, version: number): Promise<void> {
    const page = this.#pageOf(scope);
    if (page?.epoch !== epoch || page.isExhausted) return;
    const missing = page.version - version;
    if (missing <= page.entries.length || missing > this.limits.entries) return;
    page.reading ??= this.#read(scope, page).finally(() => (page.reading = undefined));
    await page.reading;
  }

  /** All there may be: others who come back stood elsewhere. */
  async #read(scope: Scope, page: Page): Promise<void> {
    const { epoch, version } = page;
    const from = Math.max(1, version - this.limits.entries + 1);
    try {
      const older = await this.archive.read(scope, epoch, from, firstOf(page) - 1);
      if (this.#pages.get(scope) === page) this.#prepend(page, older);
    } catch {
      // Who comes back begins anew; the next one asks again.
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

  #note({ scope, epoch, version, changes }: ScopeUpdate): void {
    const page = this.#pages.get(scope);
    this.#pages.delete(scope);
    if (page?.epoch === epoch && page.version + 1 === version) {
      this.#append(page, { epoch, version, changes, bytes: sizeOf({ changes }) });
      this.#pages.set(scope, page);
    } else {
      this.#bytes -= page?.bytes ?? 0;
      this.#pages.set(scope, { epoch, version, entries: [], bytes: 0, isExhausted: false, reading: undefined });
    }
    for (const other of this.#pages.values()) {
      if (this.#bytes <= this.limits.totalBytes) break;
      this.#shorten(other, 0);
    }
  }

  /** What comes after is told against nothing. */
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

  /** Forgets the oldest; what the archive has of them would be forgotten again. */
  #shorten(page: Page, length: number): void {
    const gone = page.entries.splice(0, page.entries.length - length);
    for (const { bytes } of gone) this.#count(page, -bytes);
    page.isExhausted = true;
  }

  #count(page: Page, bytes: number): void {
    page.bytes += bytes;
    this.#bytes += bytes;
  }

  /** Only while it stands where the ruleset stands. */
  #pageOf(scope: Scope): Page | undefined {
    const page = this.#pages.get(scope);
    return page !== undefined && isAt(page, this.rulesets.get(scope)) ? page : undefined;
  }
}

function firstOf({ version, entries }: Page): number {
  return version - entries.length + 1;
}

function isAt(page: Page, { epoch, version }: ScopeVersion): boolean {
  return page.epoch === epoch && page.version === version;
}

function sizeOf({ changes }: Pick<JournalEntry, 'changes'>): number {
  return JSON.stringify(changes).length;
}
