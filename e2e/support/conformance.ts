import { readdirSync, readFileSync } from 'node:fs';
import { newWorkplace, type Person, type Platform, until, type Workplace } from '#libs/testing';
import { call } from '#libs/local-servers';

interface KillSwitchBody {
  readonly key: string;
  readonly linked_flag_keys: readonly string[];
  readonly activate?: string;
}
export interface FlagBody {
  readonly key: string;
  readonly archived?: boolean;
}
interface ConfigBody {
  readonly rules?: readonly { readonly percentage?: number; readonly serve?: object }[];
  readonly targets?: object;
}
interface Objects {
  readonly flags?: readonly FlagBody[];
  readonly segments?: readonly { readonly key: string }[];
  readonly strategies?: readonly { readonly id: string }[];
  readonly kill_switches?: readonly KillSwitchBody[];
}
export interface Case {
  readonly flag: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly now?: string;
  readonly expect: {
    readonly variant: string;
    readonly reason: string;
    readonly value?: unknown;
    readonly missing?: string;
    readonly key?: string;
    readonly scope?: string;
    readonly ofrep?: string;
  };
}
export interface Suite extends Objects {
  readonly title: string;
  readonly environment: 'dev' | 'prod';
  readonly configs?: Readonly<Record<string, ConfigBody>>;
  readonly platform?: Objects & { readonly configs?: Readonly<Record<string, Readonly<Record<string, ConfigBody>>>> };
  readonly cases: readonly Case[];
}

const suitesIn = (file: string): readonly Suite[] =>
  (JSON.parse(readFileSync(`conformance/${file}`, 'utf8')) as { suites: Suite[] }).suites;

/** The shared vectors. */
export const readSuites = (): readonly Suite[] => suitesIn('vectors/evaluation.json');
/** The suites of `conformance/cases`, with the name of their file in the title. */
export const readOwnSuites = (): readonly Suite[] =>
  readdirSync('conformance/cases')
    .toSorted()
    .flatMap((file) =>
      suitesIn(`cases/${file}`).map((suite) => ({ ...suite, title: `${file.replace('.json', '')}: ${suite.title}` })),
    );

/** Creates the suite's objects over the management API in a fresh organization, and waits until the evaluators have them. */
export async function stage(platform: Platform, suite: Suite, number: number): Promise<Workplace> {
  const work = await newWorkplace(platform, `Suite ${number}`);
  await make(work.person, suite);
  await upToDate(platform, work, suite, `zz.marker_${number}`);
  return work;
}

/** Creates the platform's objects, then the organization's, which may refer to them. @throws CallFailure with the refusal of the API */
export async function make(person: Person, suite: Suite): Promise<void> {
  const strategies = new Map<string, string>();
  await makeObjects(person, '/api/admin', suite.platform ?? {}, strategies);
  for (const [key, configs] of Object.entries(suite.platform?.configs ?? {})) {
    for (const [environment, config] of Object.entries(configs)) {
      await patchConfig(person, `/api/admin/flags/${key}/configs/${environment}`, withIds(config, strategies));
    }
  }
  await makeObjects(person, '', suite, strategies);
  for (const [key, config] of Object.entries(suite.configs ?? {})) {
    await patchConfig(person, `/flags/${key}/configs/${suite.environment}`, withIds(config, strategies));
  }
  await archive(person, '', suite.flags);
  await archive(person, '/api/admin', suite.platform?.flags);
}

/** Removes platform objects, which all organizations share. */
export async function removePlatform(person: Person, { platform = {} }: Suite): Promise<void> {
  for (const { key } of platform.kill_switches ?? []) {
    await person.must('POST', `/api/admin/kill-switches/${key}/deactivate`);
    await person.must('DELETE', `/api/admin/kill-switches/${key}`);
  }
  for (const { key } of platform.flags ?? []) {
    await person.must('POST', `/api/admin/flags/${key}/archive`);
    await person.must('DELETE', `/api/admin/flags/${key}`);
  }
}

async function makeObjects(person: Person, prefix: string, objects: Objects, ids: Map<string, string>): Promise<void> {
  // Segments that others refer to are the last of the list.
  for (const segment of (objects.segments ?? []).toReversed()) await person.must('POST', `${prefix}/segments`, segment);
  for (const { id, ...strategy } of objects.strategies ?? []) {
    const made = await person.must<{ id: string }>('POST', `${prefix}/strategies`, { name: id, ...strategy });
    ids.set(id, made.id);
  }
  for (const { archived: _archived, ...flag } of objects.flags ?? []) {
    await person.must('POST', `${prefix}/flags`, { name: flag.key, ...flag });
  }
  for (const { activate, ...body } of objects.kill_switches ?? []) {
    await person.must('POST', `${prefix}/kill-switches`, { name: body.key, ...body });
    if (activate !== undefined) {
      await person.must('POST', `${prefix}/kill-switches/${body.key}/activate`, { reason: activate });
    }
  }
}

async function archive(person: Person, prefix: string, flags: readonly FlagBody[] = []): Promise<void> {
  for (const { key, archived } of flags) {
    if (archived === true) await person.must('POST', `${prefix}/flags/${key}/archive`);
  }
}

/** The server makes the ids of strategies. */
function withIds(config: ConfigBody, ids: ReadonlyMap<string, string>): object {
  const rules = (config.rules ?? []) as readonly { readonly strategy_id?: string }[];
  const named = rules.map((rule) =>
    rule.strategy_id === undefined ? rule : { ...rule, strategy_id: ids.get(rule.strategy_id) ?? rule.strategy_id },
  );
  return { ...config, ...(config.rules !== undefined && { rules: named }) };
}

async function patchConfig(person: Person, path: string, config: object): Promise<void> {
  const { headers } = await person.ask('GET', path);
  const etag = headers.get('etag');
  await person.must('PATCH', path, config, etag === null ? {} : { 'if-match': etag });
}

/** Makes a last write in each scope and waits until it is visible: then all writes before it are too. */
export async function upToDate(platform: Platform, work: Workplace, suite: Suite, marker: string): Promise<void> {
  const authorization = `Bearer ${work.keys[suite.environment].server}`;
  const scopes = suite.platform === undefined ? [''] : ['', '/api/admin'];
  for (const scope of scopes) {
    const key = scope === '' ? marker : `${marker}_platform`;
    await work.person.must('POST', `${scope}/flags`, { key, name: 'marker', type: 'boolean' });
    const url = `${platform.baseUrl}/api/flags/evaluate/${key}`;
    await until(async () => (await call('POST', url, { context: {} }, { authorization })).status === 200);
  }
}
