import { runPlatform } from './run.js';
import { readSettings } from './settings.js';

const print = (line: string): void => console.log(line);
const ending = new AbortController();
const end = (): void => {
  if (ending.signal.aborted) return;
  print('Stopping …');
  ending.abort();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
// The channel closes when start.mjs is killed: the platform must not go on without a terminal.
process.on('disconnect', end);

// Tests pass fake programs.
const [prepare = 'dist/apps/standalone/src/prepare.js', standalone = 'dist/apps/standalone/src/main.js'] =
  process.argv.slice(2);

try {
  await runPlatform({
    settings: readSettings(process.env),
    programs: { prepare, standalone },
    stop: ending.signal,
    print,
  });
  print('Stopped. The data is kept.');
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
