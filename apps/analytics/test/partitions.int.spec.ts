import { privateServers, type PrivateServers } from '#libs/local-servers';
import { ORG_A, ORG_B, prepared, rowsAs } from './world.js';

interface Where {
  readonly place: string;
  readonly timestamp: Date;
}

describe('the partitions of the event store', () => {
  let servers: PrivateServers;
  const system = <R extends object>(sql: string, values?: readonly unknown[]) =>
    rowsAs<R & Record<string, unknown>>(servers.postgresUrl, 'system', sql, values);
  const insert = (timestamp: string, org = ORG_A) =>
    system(
      `insert into event (org_id, event_id, distinct_id, event_name, properties, timestamp, received_at)
       values ($1, gen_random_uuid(), 'd', 'e', '{}', $2, now())`,
      [org, timestamp],
    );
  const places = async (): Promise<string[]> =>
    (await system<Where>('select tableoid::regclass::text as place from event order by timestamp')).map(
      ({ place }) => place,
    );
  const monthsFromNow = (months: number, day = 10): Date => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, day));
  };
  const nameOf = (date: Date): string => `event_${date.toISOString().slice(0, 7).replace('-', '_')}`;

  beforeEach(async () => {
    servers = await privateServers();
    await prepared(servers.postgresUrl);
  });
  afterEach(() => servers.stop());

  it('exist for this month and the next three', async () => {
    await insert(monthsFromNow(0).toISOString());
    await insert(monthsFromNow(3).toISOString());

    expect(await places()).toEqual([nameOf(monthsFromNow(0)), nameOf(monthsFromNow(3))]);
  });

  it('accept any timestamp; missing months are made on request', async () => {
    const [between, edge] = [monthsFromNow(-7), monthsFromNow(-7, 1)];
    for (const at of ['1970-01-01T00:00:00Z', '9999-12-31T00:00:00Z', between.toISOString(), edge.toISOString()]) {
      await insert(at);
    }

    expect(await places()).toEqual(['event_old', 'event_default', 'event_default', 'event_default']);
    await Promise.all([1, 2].map(() => system('select make_event_partitions(3)')));
    expect(await places()).toEqual(['event_old', nameOf(edge), nameOf(between), 'event_default']);
  });

  it('older than 24 months are merged into one', async () => {
    const at = monthsFromNow(-10);
    await insert('2001-01-01T00:00:00Z');
    await insert(at.toISOString());
    await system('select make_event_partitions(3)');

    const fold = async () =>
      (await system<{ folded: boolean }>('select fold_event_partition($1) as folded', [monthsFromNow(-9, 1)]))[0]!
        .folded;
    expect([await fold(), await fold()]).toEqual([true, false]);

    expect(await places()).toEqual(['event_old', 'event_old']);
    await insert(monthsFromNow(-8).toISOString());
    expect(await places()).toEqual(['event_old', 'event_old', 'event_default']);
  });

  it('are dropped as a whole; the result lists the dropped months', async () => {
    for (const months of [-40, -10, -8, 0]) await insert(monthsFromNow(months).toISOString());
    await system('select make_event_partitions(3)');

    const gone = await system<{ dropped_to: Date }>('select * from drop_event_partitions($1)', [monthsFromNow(-9, 1)]);

    expect(gone.map(({ dropped_to }) => dropped_to)).toContainEqual(monthsFromNow(-9, 1));
    expect(await places()).toEqual([nameOf(monthsFromNow(-8)), nameOf(monthsFromNow(0))]);
  });

  it('show an organization no events of another one, and allow no role to query a partition by its name', async () => {
    await insert(monthsFromNow(0).toISOString(), ORG_A);
    await insert(monthsFromNow(0).toISOString(), ORG_B);
    const app = (sql: string, scope = ORG_A) => rowsAs(servers.postgresUrl, 'app', sql, [], scope);

    expect(await app('select org_id from event')).toEqual([{ org_id: ORG_A }]);
    expect(await app('select org_id from event', ORG_B)).toEqual([{ org_id: ORG_B }]);
    for (const sql of [
      `select * from ${nameOf(monthsFromNow(0))}`,
      'select * from event_default',
      'select * from event_seen',
      'select * from event_seen_0',
      'delete from event',
      'update event_hour set count = 0',
      'select make_event_partitions(3)',
    ]) {
      await expect(app(sql)).rejects.toMatchObject({ code: '42501' });
    }
  });
});
