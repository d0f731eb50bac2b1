import { readFileSync } from 'node:fs';
import type { Platform } from '#libs/testing';
import { call, newWorkplace, until, type Person, type Workplace } from './api.js';

interface KillSwitchBody {
  readonly key: string;
  readonly activate?: string;
}
interface Objects {
  readonly flags?: readonly { readonly key: string }[];
  readonly segments?: readonly { readonly key: string }[];
  readonly kill_switches?: readonly KillSwitchBody[];
}
export interface Suite extends Objects {
  readonly title: string;
  readonly environment: 'dev' | 'prod';
  readonly configs: Readonly<Record<string, object>>;
  readonly platform?: Objects & { readonly configs: Readonly<Record<string, Readonly<Record<string, object>>>> };
  readonly cases: readonly {
    readonly flag: string;
    readonly context: object;
    readonly expect: {
      readonly variant: string;
      readonly reason: string;
      readonly value?: unknown;
      readonly missing?: string;
      readonly scope?: string;
    };
  }[];
}

export function readSuites(): readonly Suite[] {
  return (JSON.parse(readFileSync('conformance/vectors/evaluation.json', 'utf8')) as { suites: Suite[] }).suites;
}

/** Makes the suite's objects over the management API in a fresh organization, and waits until the evaluators have them. */
export async function stage(platform: Platform, suite: Suite, number: number): Promise<Workplace> {
  const work = await newWorkplace(platform, `Suite ${number}`);
  await makeObjects(work.person, '', suite);
  for (const [key, config] of Object.entries(suite.configs)) {
    const path = `/flags/${key}/configs/${suite.environment}`;
    await patchConfig(work.person, path, config);
  }
  await upToDate(platform, work, suite);
  return work;
}

/** Platform objects are shared by all organizations: they are archived or deleted after their suite. */
export async function stagePlatform(person: Person, objects: NonNullable<Suite['platform']>): Promise<void> {
  await makeObjects(person, '/api/admin', objects);
  for (const [key, configs] of Object.entries(objects.configs)) {
    for (const [environment, config] of Object.entries(configs)) {
      await patchConfig(person, `/api/admin/flags/${key}/configs/${environment}`, config);
    }
  }
}

export async function removePlatform(person: Person, objects: NonNullable<Suite['platform']>): Promise<void> {
  for (const { key } of objects.kill_switches ?? []) await person.must('DELETE', `/api/admin/kill-switches/${key}`);
  for (const { key } of objects.flags ?? []) await person.must('POST', `/api/admin/flags/${key}/archive`);
}

async function makeObjects(person: Person, prefix: string, objects: Objects): Promise<void> {
  for (const segment of objects.segments ?? []) await person.must('POST', `${prefix}/segments`, segment);
  for (const flag of objects.flags ?? []) await person.must('POST', `${prefix}/flags`, flag);
  for (const { activate, ...body } of objects.kill_switches ?? []) {
    await person.must('POST', `${prefix}/kill-switches`, body);
    if (activate !== undefined) {
      await person.must('POST', `${prefix}/kill-switches/${body.key}/activate`, { reason: activate });
    }
  }
}

async function patchConfig(person: Person, path: string, config: object): Promise<void> {
  const { headers } = await person.ask('GET', path);
  const etag = headers.get('etag');
  await person.must('PATCH', path, config, etag === null ? {} : { 'if-match': etag });
}

/** A last write tells the version from which on everything before it is in force. */
async function upToDate(platform: Platform, work: Workplace, suite: Suite): Promise<void> {
  const marker = { key: 'zz.marker', name: 'marker', type: 'boolean' };
  await work.person.must('POST', '/flags', marker);
  const key = work.keys[suite.environment].server;
  const url = `${platform.baseUrl}/api/flags/evaluate/${marker.key}`;
  await until(
    async () => (await call('POST', url, { context: {} }, { authorization: `Bearer ${key}` })).status === 200,
  );
}

/** What the native API answers to each case, in the shape of `expect`. */
export async function answers(platform: Platform, work: Workplace, suite: Suite): Promise<readonly object[]> {
  const authorization = `Bearer ${work.keys[suite.environment].server}`;
  const asked = suite.cases.map(async ({ flag, context }) => {
    const url = `${platform.baseUrl}/api/flags/evaluate/${flag}`;
    const { status, body } = await call<{ variant: string; value: unknown; reason: { type: string } }>(
      'POST',
      url,
      { context },
      { authorization },
    );
    if (status !== 200) return { status, body };
    const { type: reason, ...details } = body.reason;
    return { variant: body.variant, value: body.value, reason, ...details };
  });
  return Promise.all(asked);
}
