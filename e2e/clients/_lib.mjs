// Shared harness. Env: BASE_URL (required, no trailing slash), API_KEY (required).
// Optional hooks (no hook => the checks that need it are SKIPPED and counted, never passed):
//   TOGGLE_CMD  shell command that flips a flag; sees $FLAG_KEY and $FLAG_STATE (on|off)
//   QUERY_CMD   shell command that prints JSON for $DISTINCT_ID:
//               {"events":[{uuid|message_id,event,distinct_id,properties,timestamp,person_id}],
//                "person":{"id","distinct_ids":[],"properties":{},"is_identified":bool}|null}
//   WAIT_MS     how long asynchronous ingestion may take (default 5000)
import { execSync, exec } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
export const BASE = (process.env.BASE_URL || '').replace(/\/$/, '');
export const KEY = process.env.API_KEY || '';
if (!BASE || !KEY) {
  console.error('set BASE_URL and API_KEY');
  process.exit(2);
}
export const WAIT = +(process.env.WAIT_MS || 5000);
let pass = 0,
  fail = 0,
  skip = 0;
const fails = [];
export class Skip extends Error {}
export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
export async function check(name, fn) {
  let t;
  try {
    await Promise.race([
      fn(),
      new Promise((_, j) => {
        t = setTimeout(() => j(new Error('timed out after 45 s')), 45000);
      }),
    ]);
    pass++;
    console.log('ok    ', name);
  } catch (e) {
    if (e instanceof Skip) {
      skip++;
      console.log('SKIP  ', name, '-', e.message);
    } else {
      fail++;
      fails.push(name);
      console.log('NOT OK', name, '-', ((e && e.message) || e).toString().slice(0, 400));
    }
  } finally {
    clearTimeout(t);
  }
}
export function eq(a, b, what = '') {
  if (!isDeepStrictEqual(a, b)) throw new Error(`${what} expected ${JSON.stringify(b)} got ${JSON.stringify(a)}`);
}
export function ok(c, what) {
  if (!c) throw new Error(what);
}
export function oneOf(a, list, what = '') {
  if (!list.includes(a)) throw new Error(`${what} expected one of ${JSON.stringify(list)} got ${JSON.stringify(a)}`);
}
export async function toggle(key, state) {
  if (!process.env.TOGGLE_CMD) throw new Skip('no TOGGLE_CMD');
  await new Promise((r, j) =>
    exec(process.env.TOGGLE_CMD, { env: { ...process.env, FLAG_KEY: key, FLAG_STATE: state } }, (e, so, se) =>
      e ? j(new Error('TOGGLE_CMD failed: ' + se)) : r(),
    ),
  );
}
export function query(distinctId) {
  if (!process.env.QUERY_CMD) throw new Skip('no QUERY_CMD');
  return JSON.parse(
    execSync(process.env.QUERY_CMD, {
      env: { ...process.env, DISTINCT_ID: distinctId },
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
    }).toString(),
  );
}
export async function until(fn, ms = WAIT, step = 150) {
  // poll until fn() is truthy
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      last = await fn();
      if (last) return last;
    } catch (e) {
      if (e instanceof Skip) throw e;
      last = e;
    }
    if (Date.now() > end) throw last instanceof Error ? last : new Error('condition not met in ' + ms + ' ms');
    await sleep(step);
  }
}
export function done() {
  if (fails.length) console.log('failed:', fails.join(' | '));
  console.log(`${pass} passed, ${fail} failed, ${skip} skipped`);
  process.exit(fail ? 1 : 0);
}
// murmur3 x86_32 over UTF-8 bytes (checked against 27 published vectors, see murmur-vectors.json)
export function murmur3(str, seed = 0) {
  const b = Buffer.isBuffer(str) ? str : Buffer.from(str, 'utf8');
  let h = seed >>> 0;
  const n = b.length,
    nb = n >>> 2;
  for (let i = 0; i < nb; i++) {
    let k = b.readUInt32LE(i * 4);
    k = Math.imul(k, 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    k = Math.imul(k, 0x1b873593);
    h ^= k;
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let k = 0;
  const t = nb * 4;
  switch (n & 3) {
    case 3:
      k ^= b[t + 2] << 16;
    case 2:
      k ^= b[t + 1] << 8;
    case 1:
      k ^= b[t];
      k = Math.imul(k, 0xcc9e2d51);
      k = (k << 15) | (k >>> 17);
      k = Math.imul(k, 0x1b873593);
      h ^= k;
  }
  h ^= n;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}
