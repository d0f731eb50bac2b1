import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Bars of specification 12a: within 1.3 of the floor. */
const BAR = 1.3;
const CONTENDERS = ['floor', 'loom'] as const;

export interface EngineRow {
  readonly workload: string;
  readonly floor: number;
  readonly loom: number;
  readonly ratio: number;
  readonly isMet: boolean;
}

function round(contender: string, milliseconds: number): Record<string, number> {
  const worker = path.join(import.meta.dirname, 'worker.js');
  const output = execFileSync(process.execPath, [worker, contender, String(milliseconds)], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return (JSON.parse(output) as { results: Record<string, number> }).results;
}

/** Interleaved rounds, one process each; the best round of each, for noise only ever adds. Nanoseconds. */
export function benchEngine(rounds = 5, milliseconds = 250): EngineRow[] {
  const best = new Map<string, number>();
  for (let i = 0; i < rounds; i++) {
    for (const contender of CONTENDERS) {
      for (const [workload, nanoseconds] of Object.entries(round(contender, milliseconds))) {
        const name = `${contender}:${workload}`;
        best.set(name, Math.min(nanoseconds, best.get(name) ?? Number.POSITIVE_INFINITY));
      }
    }
  }
  const workloads = [...best.keys()]
    .filter((name) => name.startsWith('loom:'))
    .map((name) => name.slice('loom:'.length));
  return workloads.map((workload) => {
    const [floor, loom] = [best.get(`floor:${workload}`)!, best.get(`loom:${workload}`)!];
    return { workload, floor, loom, ratio: loom / floor, isMet: loom <= BAR * floor };
  });
}

if (process.argv[1] === import.meta.filename) {
  const rows = benchEngine(Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 250));
  console.table(
    rows.map((row) => ({
      ...row,
      floor: row.floor.toFixed(1),
      loom: row.loom.toFixed(1),
      ratio: row.ratio.toFixed(2),
    })),
  );
}
