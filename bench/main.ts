import { loadavg } from 'node:os';
import { authBench } from './auth/auth.js';
import { captureBench } from './capture/capture.js';
import { engineBench } from './engine/engine.js';
import { evaluateBench } from './evaluate/evaluate.js';
import { hostileBench } from './hostile/hostile.js';
import { propagationBench } from './propagation/propagation.js';
import { eventsBench } from './events/events.js';
import { Report, type Bench } from './report.js';
import { streamBench } from './stream/stream.js';
import { table } from './table.js';

/** `npm run bench` runs all, `npm run bench -- <name> …` some. A bar that is not met is printed and is no failure. */
const benches: readonly Bench[] = [
  authBench,
  captureBench,
  engineBench,
  evaluateBench,
  eventsBench,
  hostileBench,
  propagationBench,
  streamBench,
];
const RESULTS = 'bench/results';

function chosen(names: readonly string[]): readonly Bench[] {
  const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`No such bench: ${unknown}. There are ${benches.map(({ name }) => name)}`);
  return names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
}

async function runOne(bench: Bench): Promise<Report> {
  const report = new Report(bench.name);
  console.error(`${bench.name} … (load ${loadavg()[0]!.toFixed(2)})`);
  await bench.run(report);
  await report.save(RESULTS);
  return report;
}

const reports: Report[] = [];
for (const bench of chosen(process.argv.slice(2))) reports.push(await runOne(bench));
console.log(table(reports));
