import { OrganizationUpdatedV1 } from '#libs/contracts';
import { Database } from '#libs/postgres';
import { until, ROLE_SECRET, type RunningServices } from '#libs/testing';
import { AppError } from '#libs/kernel';
import { jetstream } from '@nats-io/jetstream';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { uuidv7 } from 'uuidv7';
import { DeleteExpiredEvents } from '../src/application/retention/delete-expired-events.js';
import type { OrganizationSetting } from '../src/application/retention/ports.js';
import { PostgresExpiredEvents } from '../src/db/expired-event.store.js';
import { PostgresOrganizationSettings } from '../src/db/organization-setting.store.js';
import {
  aRow,
  contents,
  openIntake,
  ORG_A,
  ORG_B,
  rowsAs,
  startAnalytics,
  wrongCounters,
  type Intake,
} from './world.js';

const ORG_C = '01900000-0000-7000-8000-00000000000c';
const DAY_MS = 86_400_000;

describe('retention', () => {
  let servers: PrivateServers;
  let intake: Intake;
  let running: RunningServices;
  let database: Database;
  const system = <R extends object>(sql: string, values?: readonly unknown[]) =>
    rowsAs<R & Record<string, unknown>>(servers.postgresUrl, 'system', sql, values);

  beforeEach(async () => {
    servers = await privateServers();
    intake = await openIntake(servers);
    running = await startAnalytics(servers);
    database = Database.open({ service: 'analytics', url: servers.postgresUrl, roleSecret: ROLE_SECRET });
  });
  afterEach(async () => {
    await running.stop();
    await intake.close();
    await database.close();
    await servers.stop();
  });

  const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
  const job = (settings: readonly OrganizationSetting[]): DeleteExpiredEvents =>
    new DeleteExpiredEvents(
      { everySetting: async function* () { yield settings; } },
      new PostgresOrganizationSettings(database),
      new PostgresExpiredEvents(database),
    ); // prettier-ignore
  const store = async (org: string, days: readonly number[]): Promise<void> => {
    await intake.publish(
      days.map((age) => aRow({ timestamp: daysAgo(age), properties: { age } })),
      org,
    );
    await intake.settled();
  };
  const ages = async (org: string): Promise<number[]> =>
    (
      await system<{ age: number }>(`select (properties->>'age')::int as age from event where org_id = $1 order by 1`, [
        org,
      ])
    ).map(({ age }) => age);
  const setting = (orgId: string, retentionDays: number): OrganizationSetting => ({
    orgId,
    retentionDays,
    captureIp: false,
    version: 2,
  });

  it('deletes the events beyond the retention of each organization, counts the rest exactly and keeps all ids', async () => {
    await store(ORG_A, [0, 364, 366, 900]);
    await store(ORG_B, [0, 29, 31, 400]);
    await store(ORG_C, [0, 800, 3_000, 4_000]);
    const { seen } = await contents(servers.postgresUrl);

    await job([setting(ORG_B, 30), setting(ORG_C, 3_650)]).execute();

    expect([await ages(ORG_A), await ages(ORG_B), await ages(ORG_C)]).toEqual([
      [0, 364],
      [0, 29],
      [0, 800, 3_000],
    ]);
    expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
    expect((await contents(servers.postgresUrl)).seen).toBe(seen);
  });

  it('drops months that are expired for every organization, with their counts', async () => {
    await store(ORG_A, [0, 500, 600, 700, 2_000]);
    await system('select make_event_partitions(3)');
    const months = async (): Promise<number> => (await system('select from event_partition')).length;
    const before = await months();

    await job([setting(ORG_A, 365)]).execute();

    expect(await ages(ORG_A)).toEqual([0]);
    expect(await months()).toBeLessThanOrEqual(before - 3);
    expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
  });

  it('stores an event of a dropped month again only when its id is new', async () => {
    const row = aRow({ timestamp: daysAgo(500) });
    await intake.publish([row]);
    await intake.settled();
    await job([]).execute();
    await intake.publish([
      { ...row, timestamp: daysAgo(1) },
      aRow({ timestamp: daysAgo(500), properties: { age: 500 } }),
    ]);
    await intake.settled();

    expect(await ages(ORG_A)).toEqual([500]);
    expect(await wrongCounters(servers.postgresUrl)).toEqual([]);
  });

  it('deletes nothing while accounts does not answer', async () => {
    await store(ORG_A, [900]);
    const silent = {
      everySetting: async function* (): AsyncGenerator<readonly OrganizationSetting[]> {
        throw new AppError('bus_unavailable', 'no answer');
      },
    };
    const expired = new DeleteExpiredEvents(
      silent,
      new PostgresOrganizationSettings(database),
      new PostgresExpiredEvents(database),
    );

    await expect(expired.execute()).rejects.toMatchObject({ code: 'bus_unavailable' });
    expect(await ages(ORG_A)).toEqual([900]);
  });

  it('follows the settings of organizations and ignores older versions', async () => {
    const publishUpdate = async (version: number, capture_ip: boolean): Promise<void> => {
      const data = { org_id: ORG_A, slug: 'a', name: 'A', version, capture_ip, event_retention_days: 100 + version };
      const fact = {
        id: uuidv7(), type: OrganizationUpdatedV1.type, version: 1, timestamp: new Date().toISOString(), org_id: ORG_A,
        actor: { type: 'user', id: 'u' }, data, metadata: { correlation_id: 'r', source: 'accounts' },
      }; // prettier-ignore
      await jetstream(intake.connection).publish(`organization.updated.${ORG_A}`, JSON.stringify(fact));
    };
    await publishUpdate(3, true);
    await publishUpdate(2, false);
    await publishUpdate(5, true);
    await until(async () => (await system('select from organization_setting where version = 5')).length === 1);
    await intake.publish([aRow({ ip: '203.0.113.9' })]);
    await intake.settled();

    expect(await system('select ip from event')).toEqual([{ ip: '203.0.113.9' }]);
    expect(await system('select event_retention_days from organization_setting')).toEqual([
      { event_retention_days: 105 },
    ]);
  });
});
