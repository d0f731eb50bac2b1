import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GOOD_KEY, wrongKey } from './keys.js';

export interface Flooded {
  /** Milliseconds of each request with the good key. */
  readonly times: readonly number[];
  /** How often the wrong keys got which status. */
  readonly statuses: ReadonlyMap<number, number>;
}

const STEP_MS = 20;
const WRONG_PER_STEP = 10;
const GOOD_PER_STEP = 4;

/** 200 requests/s with the good key, and, when asked for, 500/s with wrong ones from twenty addresses. */
export async function underFlood(url: string, seconds: number, isFlooded: boolean): Promise<Flooded> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const times: number[] = [];
  const statuses = new Map<number, number>();
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  const good = async (): Promise<void> => {
    const start = performance.now();
    if ((await statusOf(url, GOOD_KEY, '192.0.2.1', agent)) !== 200) throw new Error('The good key was refused');
    times.push(performance.now() - start);
  };
  const wrong = async (attempt: number): Promise<void> => {
    const status = await statusOf(url, wrongKey(attempt), `203.0.113.${attempt % 20}`, agent);
    if (status < 400) throw new Error('A wrong key was accepted');
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  let attempts = 0;
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await sleep(STEP_MS)) {
    for (let i = 0; isFlooded && i < WRONG_PER_STEP; i += 1) track(wrong((attempts += 1)));
    for (let i = 0; i < GOOD_PER_STEP; i += 1) track(good());
  }
  await Promise.all(running);
  agent.destroy();
  return { times, statuses };
}

function statusOf(url: string, key: string, address: string, agent: Agent): Promise<number> {
  const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address };
  return new Promise((resolve, reject) => {
    const asking = request(`${url}/keyed`, { agent, headers, timeout: 10_000 }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    asking.once('timeout', () => asking.destroy(new Error('No answer within 10 s')));
    asking.once('error', reject);
    asking.end();
  });
}
