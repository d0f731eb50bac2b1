import { open, readFile, type FileHandle } from 'node:fs/promises';

/** The outcome of a request as its client knows it: `unknown` without an answer, or after a 503. */
export type Outcome = 'acked' | 'refused' | 'unknown';

/**
 * What was sent, and its outcome as far as the sender can know. Each line is on disk before the next step: `sent` before the
 * request goes out, the outcome after the answer. A request may be sent several times under its number.
 */
export class Ledger {
  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
  ) {}

  static async open(path: string): Promise<Ledger> {
    return new Ledger(await open(path, 'ax'), path);
  }

  sent(request: number, ids: readonly string[]): Promise<void> {
    return this.#write({ request, ids });
  }

  outcome(request: number, outcome: Outcome): Promise<void> {
    return this.#write({ request, outcome });
  }

  /** Ids by what is known in the end: acknowledged at least once; else left open at least once; else refused. */
  async verdict(): Promise<Readonly<Record<Outcome, ReadonlySet<string>>>> {
    const ids = new Map<number, readonly string[]>();
    const outcomes = new Map<number, Outcome[]>();
    for (const line of (await readFile(this.path, 'utf8')).trim().split('\n')) {
      const entry = JSON.parse(line) as { request: number; ids?: string[]; outcome?: Outcome };
      if (entry.ids !== undefined) ids.set(entry.request, entry.ids);
      else outcomes.set(entry.request, [...(outcomes.get(entry.request) ?? []), entry.outcome!]);
    }
    const verdict = { acked: new Set<string>(), refused: new Set<string>(), unknown: new Set<string>() };
    for (const [request, of] of ids) {
      const known = outcomes.get(request) ?? [];
      const last = known.includes('acked')
        ? 'acked'
        : known.length > 0 && !known.includes('unknown')
          ? 'refused'
          : 'unknown';
      for (const id of of) verdict[last].add(id);
    }
    return verdict;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  async #write(entry: object): Promise<void> {
    await this.file.write(`${JSON.stringify(entry)}\n`);
    await this.file.datasync();
  }
}
