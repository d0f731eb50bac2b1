import type { Bench } from '../report.js';
import { installPeers } from './install-peers.js';
import { loadRows, miscellaneousRows } from './other-rows.js';
import { peerTable, raceRows } from './race-rows.js';
import { race } from './timings.js';

const ROUNDS = 5;

/** Evaluation in process: against closures written by hand and other vendors' SDKs. Workers check every answer before they time. */
export const engineBench: Bench = {
  name: 'engine',
  async run(report) {
    await installPeers().catch((error: unknown) => report.note(`The SDKs cannot be installed: ${String(error)}`));
    const result = await race(Number(process.env['BENCH_ROUNDS'] ?? ROUNDS));
    report.add(...raceRows(result), ...(await loadRows(ROUNDS)), ...(await miscellaneousRows(ROUNDS)));
    report.note(peerTable(result));
    for (const [name, why] of result.absent) report.note(`${name} did not run: ${why}`);
  },
};
