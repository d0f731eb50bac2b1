import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { bearer, call, type PrivateServers, privateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, until, type Workplace } from '#libs/testing';

const FLAG = 'race.flag';
const WRITES = 200;

interface Change {
  readonly data: { readonly epoch: string; readonly version: number; readonly changes: readonly unknown[] };
}

describe('two writers on one flag', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;
  let bus: NatsConnection;
  const deltas: Change['data'][] = [];

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
    work = await newWorkplace(platform, 'Race');
    await work.person.must('POST', '/flags', { key: FLAG, name: 'x', type: 'boolean' });
    bus = await connect(servers.nats.connection);
    bus.subscribe('ruleset.changed.>', {
      callback: (_error, message) => void deltas.push(message.json<Change>().data),
    });
    await bus.flush();
  }, 120_000);
  afterAll(async () => {
    await bus?.close();
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  it('200 writes: versions without holes, every delta once, both evaluators at the database’s state', async () => {
    const second = await platform.add('evaluation');
    const versions: string[] = [];
    const writer = async (name: string): Promise<void> => {
      for (let i = 0; i < WRITES / 2; i += 1) {
        const rules = [{ conditions: [{ attribute: 'n', operator: 'equals', value: `${name}${i}` }] }];
        const answer = await work.person.ask('PATCH', `/flags/${FLAG}/configs/dev`, { enabled: i % 2 === 0, rules });
        expect([answer.status, answer.body]).toEqual([
          200,
          expect.objectContaining({ rules: [expect.objectContaining(rules[0]!)] }),
        ]);
        versions.push(answer.headers.get('loom-version')!);
      }
    };
    await Promise.all([writer('a'), writer('b')]);

    const orgVersions = versions.map((version) => Number(version.split('.')[2])).toSorted((a, b) => a - b);
    const first = orgVersions[0]!;
    expect(orgVersions).toEqual(Array.from({ length: WRITES }, (_, index) => first + index));
    expect(new Set(versions.map((version) => version.split('.')[0])).size).toBe(1);

    await until(() => deltas.some(({ version }) => version === orgVersions.at(-1)));
    expect(deltas.filter(({ version }) => version >= first).map(({ version }) => version)).toEqual(orgVersions);
    for (const { changes } of deltas) expect(changes).toHaveLength(1);

    const stored = await storedConfig();
    expect(stored.version).toBe(WRITES + 1);
    for (const url of [platform.baseUrl, second.url]) {
      await until(
        async () =>
          (await evaluate(url)).headers.get('loom-version') === `${versions[0]!.split('.')[0]}.0.${orgVersions.at(-1)}`,
      );
      const winner = (stored.rules[0]!.conditions as { value: string }[])[0]!.value;
      const { body } = await evaluate(url, winner);
      expect(body).toMatchObject({ value: stored.enabled, version: stored.version + stored.flag_version });
    }
  }, 90_000);

  const evaluate = (url: string, n = '') =>
    call('POST', `${url}/api/flags/evaluate/${FLAG}`, { context: { attributes: { n } } }, bearer(work.keys.dev.server));

  async function storedConfig() {
    const client = new pg.Client({ connectionString: servers.postgresUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{
        enabled: boolean;
        rules: { conditions: unknown }[];
        version: number;
        flag_version: number;
      }>(
        `select c.enabled, c.rules, c.version, f.version as flag_version from flags.flag_config c
           join flags.flag f on f.id = c.flag_id
           join flags.environment e on e.id::text = c.environment
          where f.key = $1 and e.name = 'dev'`,
        [FLAG],
      );
      return rows[0]!;
    } finally {
      await client.end();
    }
  }
});
