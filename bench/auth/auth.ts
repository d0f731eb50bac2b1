import { join } from 'node:path';
import autocannon from 'autocannon';
import { Program } from '#libs/local-servers';
import { atMost, type Bench, type Report } from '../report.js';
import { quantile, spreadOf } from '../statistics.js';
import { nsPerCheck } from './check-cost.js';
import { underFlood } from './flood.js';
import { GOOD_KEY } from './keys.js';

const ROUNDS = 5;
const SECONDS = 3;
const FLOOD_SECONDS = 10;
const MIN_RATIO = 0.9;

/** The cost of checking an API key: against the same route without a check, in ns, and during a flood of wrong keys. */
export const authBench: Bench = {
  name: 'auth',
  run: async (report) => {
    const { server, url } = await startServer();
    try {
      await measureThroughput(report, url);
      await measureFlood(report, url);
    } finally {
      await server.stop();
    }
    await measureCheck(report);
  },
};

async function startServer(): Promise<{ server: Program; url: string }> {
  const server = new Program({ entry: join(import.meta.dirname, 'server.js'), nodeArgs: [], output: 'inherit' });
  return { server, url: await server.message<string>() };
}

/** The open route is sent the key as well, so that both read the same bytes. The order changes from round to round. */
async function measureThroughput(report: Report, url: string): Promise<void> {
  const rates: Record<string, number[]> = { '/open': [], '/keyed': [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const paths = round % 2 === 0 ? ['/open', '/keyed'] : ['/keyed', '/open'];
    for (const path of paths) {
      const rate = await requestsPerSecond(url + path);
      // The first round warms up.
      if (round > 0) rates[path]!.push(rate);
    }
  }
  const [floor, ours] = [rates['/open']!, rates['/keyed']!].map((samples) => quantile(samples, 0.5)) as [
    number,
    number,
  ];
  const ratios = rates['/keyed']!.map((rate, round) => rate / rates['/open']![round]!);
  const ratio = ours / floor;
  report.add({
    metric: 'requests with a known key, against none',
    unit: 'req/s',
    ours,
    floor,
    bar: { text: `≥ ${MIN_RATIO} × floor`, isMet: ratio >= MIN_RATIO },
    spread: [Math.min(...rates['/keyed']!), Math.max(...rates['/keyed']!)],
  });
  report.note(`ratio of the rounds: ${ratios.map((one) => one.toFixed(3)).join(' ')}`);
}

async function requestsPerSecond(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${GOOD_KEY}` };
  const result = await autocannon({ url, headers, connections: 32, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.total / result.duration;
}

async function measureFlood(report: Report, url: string): Promise<void> {
  const quiet = await underFlood(url, FLOOD_SECONDS / 2, false);
  const { times, statuses } = await underFlood(url, FLOOD_SECONDS, true);
  const p99 = quantile(times, 0.99);
  report.add({
    metric: 'good key, 500 wrong ones/s beside it, p99',
    unit: 'ms',
    ours: p99,
    floor: quantile(quiet.times, 0.99),
    bar: atMost(50, p99, 'ms'),
    spread: [Math.min(...times), Math.max(...times)],
  });
  const counts = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`);
  report.note(`the wrong keys got ${counts.join(', ')}`);
}

async function measureCheck(report: Report): Promise<void> {
  await nsPerCheck();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await nsPerCheck());
  const ours = quantile(rounds, 0.5);
  const spread = spreadOf(
    rounds.map((one) => [one]),
    ([one]) => one!,
  );
  report.add({ metric: 'check of a known key', unit: 'ns', ours, bar: atMost(1_000, ours, 'ns'), spread });
}
