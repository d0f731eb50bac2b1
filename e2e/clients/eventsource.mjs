// Our own SSE stream (seed 000: GET /api/{system}/stream, events init, flag.updated, heartbeat every 30 s) read by real clients:
// eventsource 4.1.1 (newest that runs on Node 20), launchdarkly-eventsource 2.2.0, and byte-strict by eventsource-parser 3.1.1.
// Env: STREAM_PATH (default /api/flags/stream), HEARTBEAT_MS (default 35000: how long to wait for a heartbeat), DROP_CMD (server drops all streams).
import { BASE, KEY, check, eq, ok, oneOf, toggle, until, sleep, done, Skip } from './_lib.mjs';
import { EventSource } from 'eventsource';
import { createParser } from 'eventsource-parser';
import ld from 'launchdarkly-eventsource';
import { exec } from 'node:child_process';
const URL_ = BASE + (process.env.STREAM_PATH || '/api/flags/stream');
const A = { Authorization: `Bearer ${KEY}` };
const LD = ld.EventSource || ld;
const open = (h = {}) => {
  const got = [];
  const seen = [];
  const es = new EventSource(URL_, {
    fetch: (u, i) => {
      seen.push(i.headers);
      return fetch(u, { ...i, headers: { ...i.headers, ...A, ...h } });
    },
  });
  es.got = got;
  es.reqs = seen;
  for (const t of [
    'message',
    'init',
    'heartbeat',
    'flag.updated',
    'flag.created',
    'flag.archived',
    'flag.deleted',
    'killswitch.activated',
    'killswitch.deactivated',
  ])
    es.addEventListener(t, (e) => got.push({ t, id: e.lastEventId, data: e.data }));
  return es;
};
await toggle('compat.toggle', 'on').catch(() => {});
await check('headers: 200, text/event-stream, not cacheable, not buffered or transformed', async () => {
  const ac = new AbortController();
  const r = await fetch(URL_, { headers: { ...A, Accept: 'text/event-stream' }, signal: ac.signal });
  eq(r.status, 200);
  ok(/^text\/event-stream/.test(r.headers.get('content-type')), r.headers.get('content-type'));
  ok(
    /no-cache|no-store/.test(r.headers.get('cache-control') || ''),
    'cache-control: ' + r.headers.get('cache-control'),
  );
  ok(!r.headers.get('content-encoding'), 'compressed stream');
  ac.abort();
});
await check('401 without a key, and the client does not hang', async () => {
  const r = await fetch(URL_, { headers: { Accept: 'text/event-stream' } });
  oneOf(r.status, [401, 403]);
  await r.body?.cancel();
  const es = new EventSource(URL_);
  const e = await new Promise((r2) => es.addEventListener('error', r2));
  oneOf(e.code, [401, 403]);
  eq(es.readyState, 2);
});
await check('byte-strict parse: init is the first event, well-formed, JSON, no parse error', async () => {
  const ac = new AbortController();
  const r = await fetch(URL_, { headers: A, signal: ac.signal });
  const evs = [],
    errs = [];
  const p = createParser({ onEvent: (e) => evs.push(e), onError: (e) => errs.push(e.message) });
  const dec = new TextDecoder('utf-8', { fatal: true });
  const rd = r.body.getReader();
  const end = Date.now() + 4000;
  while (!evs.length && Date.now() < end) {
    const { value, done: d } = await rd.read();
    if (d) break;
    p.feed(dec.decode(value, { stream: true }));
  }
  ac.abort();
  ok(evs.length, 'no event in 4 s');
  eq(evs[0].event, 'init');
  eq(errs, []);
  const j = JSON.parse(evs[0].data);
  const s = JSON.stringify(j);
  ok(s.includes('compat.bool_on'), 'init has not the full state');
});
const es = open();
await check('init reaches the EventSource client', async () => {
  await until(() => es.got.some((e) => e.t === 'init'));
});
await check('a toggle gives flag.updated with key and environment within 2 s, once', async () => {
  const n = es.got.length;
  const t0 = Date.now();
  await toggle('compat.toggle', 'off');
  const e = await until(
    () => es.got.slice(n).find((x) => x.t === 'flag.updated' && x.data.includes('compat.toggle')),
    2000,
  );
  console.log('       latency incl. TOGGLE_CMD', Date.now() - t0, 'ms');
  const j = JSON.parse(e.data);
  const d = j.data ?? j;
  eq(d.flag_key ?? d.key, 'compat.toggle');
  ok('environment' in d, 'environment');
  await sleep(400);
  eq(es.got.slice(n).filter((x) => x.t === 'flag.updated').length, 1);
  await toggle('compat.toggle', 'on');
});
await check('20 toggles arrive complete and in order', async () => {
  const n = es.got.length;
  for (let i = 0; i < 20; i++) await toggle('compat.toggle', i % 2 ? 'on' : 'off');
  const list = await until(() => {
    const l = es.got.slice(n).filter((x) => x.t === 'flag.updated');
    return l.length >= 20 && l;
  });
  eq(
    list.map((e) => {
      const j = JSON.parse(e.data);
      return (j.data ?? j).enabled;
    }),
    Array.from({ length: 20 }, (_, i) => i % 2 === 1),
  );
});
await check('event ids, if sent, never repeat', async () => {
  const w = es.got.filter((e) => e.t === 'flag.updated' && e.id);
  if (!w.length) throw new Skip('no ids');
  eq(new Set(w.map((e) => e.id)).size, w.length);
});
await check('heartbeat', () =>
  until(() => es.got.some((e) => e.t === 'heartbeat'), +(process.env.HEARTBEAT_MS || 35000)),
);
await check(
  'dropped connection: client reconnects, gets init again with the state that changed meanwhile',
  async () => {
    if (!process.env.DROP_CMD) throw new Skip('no DROP_CMD');
    const n = es.got.length;
    const q = es.reqs.length;
    await new Promise((r, j) => exec(process.env.DROP_CMD, (e) => (e ? j(e) : r())));
    await toggle('compat.toggle', 'off');
    const e = await until(() => es.got.slice(n).find((x) => x.t === 'init'), 10000);
    ok(es.reqs.length > q, 'no second request');
    console.log('       Last-Event-ID sent:', es.reqs.at(-1)['Last-Event-ID'] ?? '(none)');
    const j = JSON.parse(e.data);
    const f = (j.data?.flags ?? j.flags ?? []).find((x) => (x.key ?? x.flag_key) === 'compat.toggle');
    if (f) eq(f.enabled, false, 'stale state in init');
    await toggle('compat.toggle', 'on');
  },
);
es.close();
await check('launchdarkly-eventsource (headers, read timeout) gets init and an update', async () => {
  const c = new LD(URL_, { headers: A, readTimeoutMillis: 60000, initialRetryDelayMillis: 200 });
  const got = [];
  for (const t of ['init', 'flag.updated']) c.addEventListener(t, (e) => got.push([t, e.data]));
  await until(() => got.some((g) => g[0] === 'init'));
  await toggle('compat.toggle', 'off');
  await until(() => got.some((g) => g[0] === 'flag.updated'));
  await toggle('compat.toggle', 'on');
  c.close();
});
await check('200 streams at once all get init and the next update', async () => {
  const N = +(process.env.STREAMS || 200);
  const l = Array.from({ length: N }, () => open());
  await until(() => l.every((e) => e.got.some((x) => x.t === 'init')), 15000);
  await toggle('compat.toggle', 'off');
  await until(() => l.every((e) => e.got.some((x) => x.t === 'flag.updated')), 10000);
  l.forEach((e) => e.close());
  await toggle('compat.toggle', 'on');
});
done();
