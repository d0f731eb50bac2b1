import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuMicroseconds, run } from '#libs/local-servers';

/** One kind of request, with a list of bodies that are sent in turn. */
export interface Load {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn. */
  readonly requests: readonly { readonly path: string; readonly body?: string }[];
  /** The expected status of every answer; another one fails the benchmark. */
  readonly status: number;
}
/** A process under load. */
export interface Target {
  readonly pid: number;
  readonly loads: Readonly<Record<string, Load>>;
  stop(): Promise<unknown>;
}
export interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Of the server's process, user and system, per request. */
  readonly cpuUs: number;
}

/** Installs the load generator with apt-get where it is missing. @throws Error with the command when that fails */
export async function ensureWrk(): Promise<void> {
  if (await works('wrk', ['--version'])) return;
  await run('apt-get', ['install', '-y', 'wrk'], { timeout: 120_000 }).catch(() => undefined);
  if (!(await works('wrk', ['--version']))) throw new Error('This bench needs `wrk` (apt-get install wrk)');
}

/** True when the program exists: `wrk --version` exits with 1. */
async function works(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args, { timeout: 5_000 });
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ENOENT';
  }
}

/** Loads a server for some seconds over kept connections, from one thread. @throws when an answer has another status */
export async function load(what: Load, pid: number, seconds: number, connections: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'loom-wrk-'));
  try {
    const script = join(folder, 'load.lua');
    await writeFile(script, scriptOf(what));
    const before = cpuMicroseconds(pid);
    const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s', '-s', script, what.url];
    const output = await run('wrk', args, { timeout: (seconds + 30) * 1_000 });
    return measuredOf(output, cpuMicroseconds(pid) - before, what);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function measuredOf(output: string, cpu: number, { url, requests: [first] }: Load): Measured {
  const text = /RESULT(\{.*\})/.exec(output)?.[1];
  if (text === undefined) throw new Error(`wrk printed no result:\n${output}`);
  const { requests, us, wrong, failed, p99 } = JSON.parse(text) as Record<string, number>;
  if (wrong! > 0) throw new Error(`${url}${first?.path}: ${wrong} answers with another status`);
  if (failed! > 0) throw new Error(`${url}${first?.path}: ${failed} requests failed`);
  return { perSecond: (requests! / us!) * 1e6, p99Ms: p99! / 1_000, cpuUs: cpu / requests! };
}

/** Requests are made beforehand and sent in turn; wrk's own count of errors takes every 3xx for a success. */
function scriptOf({ method, headers, requests, status }: Load): string {
  const lua = (text: string): string => `[==[${text}]==]`;
  const heads = Object.entries({ ...(method === 'POST' ? { 'content-type': 'application/json' } : {}), ...headers });
  const list = requests.map(({ path, body }) => `{${lua(path)}, ${body === undefined ? 'nil' : lua(body)}}`);
  return `wrk.method = "${method}"
${heads.map(([name, value]) => `wrk.headers[ ${lua(name)} ] = ${lua(value)}`).join('\n')}
local given = {${list.join(',\n')}}
local requests = {}
local n = 0
wrong = 0
local threads = {}
setup = function(thread) table.insert(threads, thread) end
init = function() for i = 1, #given do requests[i] = wrk.format(nil, given[i][1], nil, given[i][2]) end end
request = function() n = n + 1; return requests[n % #requests + 1] end
${status === 200 ? '' : `response = function(status) if status ~= ${status} then wrong = wrong + 1 end end`}
done = function(summary, latency)
  local bad = 0
  for _, thread in ipairs(threads) do bad = bad + (thread:get("wrong") or 0) end
  local e = summary.errors
  io.write(string.format('RESULT{"requests":%d,"us":%d,"wrong":%d,"failed":%d,"p99":%d}\\n', summary.requests, summary.duration,
    bad + e.status, e.connect + e.read + e.write + e.timeout, latency:percentile(99)))
end
`;
}
