import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';

export interface Row {
  readonly metric: string;
  readonly unit: 'ms' | 'ns' | 'µs' | 'B' | '×' | 'flags' | 'req/s' | 'events/s' | 'streams';
  readonly ours: number;
  /** The same work with nothing around it, measured in the same run. */
  readonly floor?: number;
  readonly bar?: Bar;
  /** Lowest and highest of the rounds. */
  readonly spread?: readonly [lowest: number, highest: number];
}
export interface Bar {
  readonly text: string;
  readonly isMet: boolean;
}
/** A benchmark. It checks the answers of what it times, and throws when one is wrong. */
export interface Bench {
  readonly name: string;
  run(report: Report): Promise<void>;
}

/** The results of one benchmark. */
export class Report {
  readonly rows: Row[] = [];
  readonly notes: string[] = [];
  readonly #startedAt = new Date();
  readonly #loadBefore = loadavg();

  constructor(readonly name: string) {}

  add(...rows: readonly Row[]): void {
    this.rows.push(...rows);
  }

  /** A sentence below the table. */
  note(text: string): void {
    this.notes.push(text);
  }

  /** Writes `<directory>/<name>.json`, with the machine's load before and after. */
  async save(directory: string): Promise<void> {
    const machine = { node: process.version, cores: availableParallelism() };
    const load = { before: this.#loadBefore, after: loadavg() };
    const { name, rows, notes } = this;
    const all = { name, startedAt: this.#startedAt, machine, load, rows, notes };
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, `${name}.json`), `${JSON.stringify(all, null, 2)}\n`);
  }
}

/** A bar that is an upper limit, in the row's unit. */
export function atMost(limit: number, value: number, unit: Row['unit']): Bar {
  return { text: `≤ ${limit} ${unit}`, isMet: value <= limit };
}
