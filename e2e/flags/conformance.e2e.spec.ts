import { readFileSync } from 'node:fs';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, type Workplace } from '#libs/testing';
import {
  make,
  readOwnSuites,
  readSuites,
  removePlatform,
  stage,
  upToDate,
  type Suite,
} from '../support/conformance.js';
import { contradictions, evaluated } from '../support/evaluations.js';
import { renamed } from '../support/rename.js';

interface Repeated {
  readonly repeat: string;
  readonly times: number;
}
interface KeyList {
  readonly accept: readonly string[];
  readonly accept_generated?: readonly Repeated[];
  readonly reject: readonly string[];
  readonly reject_generated?: readonly Repeated[];
}
const vectors = (name: string): unknown => JSON.parse(readFileSync(`conformance/vectors/${name}.json`, 'utf8'));
const keys = vectors('keys') as {
  readonly flag_key: KeyList;
  readonly kill_switch_key: KeyList;
  readonly environment_name: KeyList;
  readonly environment_color: { readonly accept: readonly unknown[]; readonly reject: readonly unknown[] };
};
const hashing = vectors('hashing') as {
  readonly buckets: readonly { salt: string; value: string; bucket: number; fine: number }[];
};
const generated = (list: readonly Repeated[] = []): readonly string[] =>
  list.map(({ repeat, times }) => repeat.repeat(times));

/** Suites of `conformance/cases` with objects that the API refuses, with the error code. */
const REFUSED: Readonly<Record<string, string>> = {
  'operators: like "x"': 'invalid_condition',
  'order-of-evaluation: killed before prerequisites and targets': 'unknown_prerequisite',
  'order-of-evaluation: prerequisites in order, the first unmet is named; missing, archived and disabled are unmet':
    'unknown_prerequisite',
  'order-of-evaluation: flags that lead back to themselves fail, and those that depend on them stop there':
    'unknown_prerequisite',
  'order-of-evaluation: a flag that cannot be compiled fails alone': 'no_variants',
  'percentages: no steps: nobody': 'invalid_schedule',
  'platform: platform flags see platform segments and prerequisites alone': 'unknown_prerequisite',
  'segments: a segment that does not exist is neither in nor not_in': 'unknown_segment',
  "segments: segments that use each other are nobody's, either way": 'unknown_segment',
  'strategies: a strategy that does not exist admits nobody': 'unknown_strategy',
  'trees: a leaf of no known shape is never true': 'invalid_condition',
};
/** Strategies of an organization and of the platform never have the same id over the API, which makes the ids. */
const SAME_STRATEGY = {
  title: "platform: an organization's flag finds the platform's segment, strategy and flag first",
  flag: 'w',
};
const canBeAsked = ({ title, cases, ...suite }: Suite): Suite => ({
  ...suite,
  title,
  cases: cases.filter(({ flag }) => title !== SAME_STRATEGY.title || flag !== SAME_STRATEGY.flag),
});
/** Suites of `conformance/cases` that are evaluated at another time than now. */
const isAboutAnotherTime = ({ cases }: Suite): boolean => cases.some(({ now }) => now !== undefined);

describe('evaluation over HTTP', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Cases');
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  async function agrees(suite: Suite, where: Workplace): Promise<void> {
    const answers = await evaluated(platform, where, suite);
    expect(answers.map(({ native }) => native)).toMatchObject(
      suite.cases.map(({ expect: { ofrep: _ofrep, ...wanted } }) => wanted),
    );
    expect(answers.map((answer) => contradictions(suite, answer))).toEqual(answers.map(() => []));
  }

  describe('the shared vectors', () => {
    it.each(readSuites().map((suite, index) => [suite.title, suite, index] as const))(
      '%s',
      async (_title, suite, index) => {
        const own = await stage(platform, suite, index);
        await agrees(suite, own);
        await removePlatform(own.person, suite);
      },
    );
  });

  describe('the cases of this repository', () => {
    const suites = readOwnSuites()
      .filter((suite) => !isAboutAnotherTime(suite))
      .map((suite, index) => renamed(canBeAsked(suite), `case${index}`));
    const isRefused = ({ title }: Suite): boolean => title in REFUSED;

    it.each(suites.filter((suite) => !isRefused(suite)).map((suite) => [suite.title, suite] as const))(
      '%s',
      async (_title, suite) => {
        await make(work.person, suite);
        await upToDate(platform, work, suite, `zz.${suite.cases[0]!.flag.split('.')[0]}`);
        await agrees(suite, work);
      },
    );

    it('are all but these, and those of another time', () => {
      const all = readOwnSuites();

      expect(all.filter(isAboutAnotherTime).map(({ title }) => title)).toEqual([
        'percentages: a schedule replaces the percentage, its latest step counts, inclusive',
      ]);
      expect(Object.keys(REFUSED).filter((title) => !all.some((suite) => suite.title === title))).toEqual([]);
    });

    it.each(suites.filter(isRefused).map((suite) => [suite.title, suite] as const))(
      'cannot be made: %s',
      async (title, suite) => {
        await expect(make(work.person, suite)).rejects.toThrow(`"code":"${REFUSED[title]}"`);
      },
    );
  });

  describe('buckets', () => {
    const bySalt = Map.groupBy(
      hashing.buckets.filter(({ value }) => value !== ''),
      ({ salt }) => salt,
    );

    it.each([...bySalt].map(([salt, buckets], index) => [salt, buckets, index] as const))(
      'of salt %s end where the shared vectors have it, to a thousandth of a percent',
      async (salt, buckets, index) => {
        const key = `bucket.n${index}`;
        const rules = buckets.flatMap(({ value, bucket, fine }) =>
          [0, 1].map((more) => ({
            conditions: [
              { attribute: 'user_id', operator: 'equals', value },
              { attribute: 'more', operator: 'equals', value: more },
            ],
            percentage: (bucket * 1_000 + fine + more) / 1_000,
            serve: { variant: 'on' },
          })),
        );
        await work.person.must('POST', '/flags', { key, name: key, type: 'boolean', salt });
        await work.person.must('PATCH', `/flags/${key}/configs/dev`, { enabled: true, rules });
        const suite = { title: key, environment: 'dev', cases: [] } as const;
        await upToDate(platform, work, suite, `zz.bucket_${index}`);

        const cases = buckets.flatMap(({ value }) =>
          [0, 1].map((more) => ({
            flag: key,
            context: { user_id: value, attributes: { more } },
            expect: { variant: more === 1 ? 'on' : 'off', reason: more === 1 ? 'strategy' : 'default' },
          })),
        );
        const answers = await evaluated(platform, work, { ...suite, cases });
        expect(answers.map(({ native }) => native)).toMatchObject(cases.map(({ expect: wanted }) => wanted));
      },
    );
  });

  describe('keys', () => {
    const flag = (key: unknown) => ({ key, name: 'x', type: 'boolean' });
    const killSwitch = (key: unknown) => ({ key, name: 'x', linked_flag_keys: [] });
    const kinds: [string, KeyList, string, string, (key: unknown) => object][] = [
      ['flags', keys.flag_key, '/flags', 'invalid_flag_key', flag],
      ['segments', keys.flag_key, '/segments', 'invalid_segment_key', (key) => ({ key, name: 'x' })],
      ['kill switches', keys.kill_switch_key, '/kill-switches', 'invalid_kill_switch_key', killSwitch],
      ['environments', keys.environment_name, '/environments', 'invalid_environment_name', (name) => ({ name })],
    ];

    it.each(kinds)('of %s', async (_what, list, path, code, body) => {
      for (const key of [...list.reject, ...generated(list.reject_generated)]) {
        const answer = await work.person.ask('POST', path, body(key));
        expect([key, answer.status, answer.body['error']]).toMatchObject([key, 400, { code }]);
      }
      for (const key of [...list.accept, ...generated(list.accept_generated)]) {
        const { status, body: answer } = await work.person.ask('POST', path, body(key));
        // `dev` and `prod` are there from the beginning.
        const isThere = path === '/environments' && ['dev', 'prod'].includes(key);
        expect([key, status, (answer['error'] as { code?: string } | undefined)?.code]).toEqual(
          isThere ? [key, 409, 'already_exists'] : [key, 201, undefined],
        );
      }
    });

    it('colours of environments', async () => {
      const colored = (color: unknown) => work.person.ask('PATCH', '/environments/dev', { color });

      for (const color of keys.environment_color.accept)
        expect([color, (await colored(color)).status]).toEqual([color, 200]);
      for (const color of keys.environment_color.reject) {
        expect([color, (await colored(color)).body['error']]).toMatchObject([color, { code: 'invalid_color' }]);
      }
    });
  });
});
