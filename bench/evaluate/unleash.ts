import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { call, freePort, type PrivateServers, Program, run } from '#libs/local-servers';
import {
  segments,
  workloadFlags,
  type Clause,
  type Person,
  type Split,
  type WorkloadRule,
} from '../engine/workload.js';
import { FLAGS } from './flags.js';
import { chosen } from './loads.js';
import type { Load, Target } from './wrk.js';

const FOLDER = path.resolve('bench/evaluate/peer');
const FEATURES = '/api/admin/projects/default/features';
const ADMIN = `*:*.${'a'.repeat(40)}`;
const FRONTEND = `default:development.${'f'.repeat(40)}`;
const DATABASE = 'bench_unleash';

/** unleash-server with the same flags. It has a lock file of its own: nothing of the project depends on it. */
export class Unleash implements Target {
  readonly pid: number;
  readonly loads: Readonly<Record<string, Load>>;

  private constructor(
    private readonly program: Program,
    url: string,
  ) {
    this.pid = program.pid;
    this.loads = { 'bulk of 200': loadOf(url) };
  }

  /** @throws Error when it cannot be installed or started */
  static async start(servers: PrivateServers): Promise<Unleash> {
    await install();
    const port = await freePort();
    const env = { ...tokens, DATABASE_URL: await makeDatabase(servers), PORT: String(port) };
    const program = new Program({ entry: path.join(FOLDER, 'server.mjs'), env, nodeArgs: [] });
    await program.message(60_000);
    const unleash = new Unleash(program, `http://127.0.0.1:${port}`);
    await fill(`http://127.0.0.1:${port}`);
    return unleash;
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }
}

const tokens = {
  NODE_ENV: 'production',
  UNLEASH_TELEMETRY: 'false',
  INIT_ADMIN_API_TOKENS: ADMIN,
  INIT_FRONTEND_API_TOKENS: FRONTEND,
};

async function install(): Promise<void> {
  if (existsSync(path.join(FOLDER, 'node_modules/unleash-server'))) return;
  console.error('evaluate: installing unleash-server to measure against …');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', args, { cwd: FOLDER, timeout: 300_000 });
}

async function makeDatabase({ postgresUrl }: PrivateServers): Promise<string> {
  const client = new pg.Client({ connectionString: postgresUrl, query_timeout: 10_000 });
  await client.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
  const url = new URL(postgresUrl);
  url.pathname = `/${DATABASE}`;
  url.searchParams.set('sslmode', 'disable');
  return url.href;
}

async function fill(url: string): Promise<void> {
  const api = async (method: string, where: string, body?: object): Promise<void> => {
    const { status, body: answer } = await call(method, url + where, body, { authorization: ADMIN });
    if (status >= 300) throw new Error(`unleash-server: ${method} ${where}: ${status} ${JSON.stringify(answer)}`);
  };
  for (const name of ['country', 'plan', 'age', 'email']) {
    await api('POST', '/api/admin/context', { name, description: '', legalValues: [], stickiness: false });
  }
  for (const { key, enabled, rules, otherwise } of workloadFlags(FLAGS)) {
    await api('POST', FEATURES, { name: key, type: 'release' });
    const environment = `${FEATURES}/${key}/environments/development`;
    const strategies = rules.flatMap((rule) => strategiesOf(key, rule));
    if (otherwise !== undefined) strategies.push(strategyOf(key, [], { split: otherwise }));
    for (const strategy of strategies) await api('POST', `${environment}/strategies`, strategy);
    if (enabled) await api('POST', `${environment}/on`);
  }
  await untilServed(url);
}

/** It serves what it polled from its own database: the flags that are on for every context must be among its answers. */
async function untilServed(url: string): Promise<void> {
  const ask = async (): Promise<number> => {
    const { body } = await call<{ toggles: unknown[] }>('GET', url + pathOf(chosen[0]!), undefined, {
      authorization: FRONTEND,
    });
    return body.toggles.length;
  };
  for (const end = Date.now() + 30_000; (await ask()) < FLAGS / 10; await sleep(200)) {
    if (Date.now() > end) throw new Error('unleash-server does not serve the flags');
  }
}

const OPERATORS = { in: 'IN', eq: 'IN', gte: 'NUM_GTE', endsWith: 'STR_ENDS_WITH' } as const;

function constraintOf({ attribute, op, value }: Clause): object {
  const values = op === 'gte' ? { value: String(value), values: [] } : { values: [value].flat().map(String) };
  return { contextName: attribute, operator: OPERATORS[op], inverted: false, caseInsensitive: false, ...values };
}

/** A segment that is any of its clauses becomes a strategy for each. */
function strategiesOf(key: string, { clauses, segment, rollout, serve, split }: WorkloadRule): object[] {
  const asSplit: Split | undefined = split ?? (serve === undefined || serve === 'on' ? undefined : [[serve, 100]]);
  if (segment === undefined) return [strategyOf(key, clauses, { rollout, split: asSplit })];
  return segments[segment]!.map((clause) => strategyOf(key, [clause], { split: asSplit }));
}

function strategyOf(
  key: string,
  clauses: readonly Clause[],
  { rollout = 100, split = [] }: { readonly rollout?: number; readonly split?: Split },
): object {
  return {
    name: 'flexibleRollout',
    parameters: { rollout: String(rollout), stickiness: 'userId', groupId: key },
    constraints: clauses.map(constraintOf),
    variants: split.map(([name, percent]) => ({
      name,
      weight: percent * 10,
      weightType: 'variable',
      stickiness: 'userId',
      payload: { type: 'string', value: name },
    })),
  };
}

function pathOf({ userId, ...rest }: Person): string {
  const query = new URLSearchParams({ userId, appName: 'bench', environment: 'development' });
  for (const [name, value] of Object.entries(rest)) query.set(`properties[${name}]`, String(value));
  return `/api/frontend?${query}`;
}

function loadOf(url: string): Load {
  const headers = { authorization: FRONTEND };
  return { url, method: 'GET', headers, requests: chosen.map((person) => ({ path: pathOf(person) })), status: 200 };
}
