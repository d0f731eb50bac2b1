import { benchEngine } from './engine/run.js';
import type { Bench } from './report.js';

/** Evaluation in process against closures written by hand. Its workers check every answer before they time. */
export const engineBench: Bench = {
  name: 'engine',
  run(report) {
    for (const { workload, floor, loom, isMet } of benchEngine()) {
      report.add({ metric: workload, unit: 'ns', floor, ours: loom, bar: { text: '≤ 1.3 × floor', isMet } });
    }
    return Promise.resolve();
  },
};
