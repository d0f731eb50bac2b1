import { byHand } from './by-hand.js';

/** Begins a new epoch: the last step of a restore (`tools/restore.mjs`), before any service starts. Prints it. */
try {
  console.log(await byHand('new-epoch', ({ epoch }) => epoch.renew()));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
