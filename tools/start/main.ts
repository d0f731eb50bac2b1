import { runPlatform } from './run.js';
import { readSettings } from './settings.js';

const say = (line: string): void => console.log(line);
const ending = new AbortController();
const end = (): void => {
  if (ending.signal.aborted) return;
  say('Stopping …');
  ending.abort();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
// The other end of the channel is start.mjs: when that is killed, this must not live on unseen.
process.on('disconnect', end);

// Tests name stand-ins.
const [prepare = 'dist/apps/standalone/src/prepare.js', standalone = 'dist/apps/standalone/src/main.js'] =
  process.argv.slice(2);

try {
  await runPlatform({
    settings: readSettings(process.env),
    programs: { prepare, standalone },
    stop: ending.signal,
    say,
  });
  say('Stopped. The data is kept.');
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
