import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Preloaded by a server to measure its memory: SIGUSR2 collects the garbage, so that only the memory of the streams is left. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
process.on('SIGUSR2', () => {
  for (let i = 0; i < 4; i += 1) collect();
});
