import type { Job } from '#libs/service';
import type { Flags } from '../composition.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Work = Pick<Flags, 'takeScheduledSteps' | 'guardEpoch' | 'removeDeadConfigs' | 'purgeDeleted'>;

/** The work that runs periodically on every replica; each job is safe to run on several at once. */
export const flagsJobs = ({
  takeScheduledSteps,
  guardEpoch,
  removeDeadConfigs,
  purgeDeleted,
}: Work): readonly Job[] => [
  { name: 'steps of schedules', everyMs: SECOND_MS, run: () => takeScheduledSteps.execute() },
  { name: 'epoch guard', everyMs: SECOND_MS, run: () => guardEpoch.execute() },
  { name: 'configs of deleted environments', everyMs: MINUTE_MS, run: () => removeDeadConfigs.sweep() },
  { name: 'purge', everyMs: DAY_MS, run: () => purgeDeleted.execute() },
];
