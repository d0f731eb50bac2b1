import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into the platform's process before its own code. Answers GET / with the longest time that the event loop was held
 * since the last answer, and GET /memory with the memory that is left after a garbage collection.
 */
const RESOLUTION_MS = 1;
const port = Number(process.env['BENCH_WATCH_PORT']);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();

const server = createServer(({ url }, response) => {
  if (url === '/memory') {
    collect();
    const { rss, heapUsed, external } = process.memoryUsage();
    return void response.end(JSON.stringify({ rss, heapUsed, external }));
  }
  const heldMs = Math.max(0, delays.max / 1e6 - RESOLUTION_MS);
  delays.reset();
  response.end(JSON.stringify({ heldMs }));
});
server.listen(port, '127.0.0.1').unref();
