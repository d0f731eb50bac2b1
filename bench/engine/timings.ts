import { loadavg } from 'node:os';
import { PEERS } from './contenders.js';
import { quantile } from '../statistics.js';
import { runWorker } from './run-worker.js';

export const WORKLOADS = ['off', 'conditions', 'rollout', 'fiveRules', 'all200'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];
export type Timings = Readonly<Record<WorkloadName, number>>;

/** What was measured of one contender: nanoseconds, one sample for each round. */
export class Measured {
  readonly #rounds: Timings[] = [];

  add(round: Timings): void {
    this.#rounds.push(round);
  }

  samples(workload: WorkloadName): readonly number[] {
    return this.#rounds.map((round) => round[workload]);
  }

  median(workload: WorkloadName): number {
    return quantile(this.samples(workload), 0.5);
  }
}

export interface Race {
  readonly measured: ReadonlyMap<string, Measured>;
  /** Contenders that did not run, with the reason. */
  readonly absent: ReadonlyMap<string, string>;
}

const OWN_MS = 250;
const PEER_MS = 120;

/** Interleaved rounds, a process for each contender in each round. A contender that fails once is left out from then on. */
export async function race(rounds: number): Promise<Race> {
  const measured = new Map<string, Measured>();
  const absent = new Map<string, string>();
  for (let round = 1; round <= rounds; round++) {
    for (const name of ['floor', 'loom', 'laden', ...PEERS]) {
      if (absent.has(name)) continue;
      const isPeer = (PEERS as readonly string[]).includes(name);
      try {
        const { results } = await runWorker<{ results: Timings }>(
          'time-worker',
          name,
          String(isPeer ? PEER_MS : OWN_MS),
        );
        const all = measured.get(name) ?? new Measured();
        all.add(results);
        measured.set(name, all);
      } catch (error) {
        if (!isPeer) throw error;
        absent.set(name, firstLine(error));
        measured.delete(name);
      }
    }
    console.error(`engine: round ${round} of ${rounds} (load ${loadavg()[0]!.toFixed(2)})`);
  }
  return { measured, absent };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').find((line) => /Error/.test(line)) ?? text.split('\n')[0]!;
}
