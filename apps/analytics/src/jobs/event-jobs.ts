import type { Job } from '#libs/service';
import type { Analytics } from '../composition.js';

const HOUR_MS = 3_600_000;
/** Retention is promised in days, so some hours of delay are fine. */
const RETENTION_MS = 6 * HOUR_MS;

export const eventJobs = ({ makePartitions, deleteExpiredEvents }: Analytics): readonly Job[] => [
  { name: 'partitions', everyMs: HOUR_MS, run: () => makePartitions.execute() },
  { name: 'retention', everyMs: RETENTION_MS, run: () => deleteExpiredEvents.execute() },
];
