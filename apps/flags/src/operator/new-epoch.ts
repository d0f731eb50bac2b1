import { withOperatorContext } from './operator-context.js';

/** Begins a new epoch: the last step of a restore (`tools/restore.mjs`), before any service starts. Prints it. */
try {
  console.log(await withOperatorContext('new-epoch', ({ epochs }) => epochs.renew()));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
