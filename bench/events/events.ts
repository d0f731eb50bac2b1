import { connect } from '@nats-io/transport-node';
import { privateServers } from '#libs/local-servers';
import type { Bench, Report } from '../report.js';
import { CopyFloor } from './copy-floor.js';
import { questionRows } from './questions.js';
import { Shop } from './shop.js';
import { storingRows } from './storing.js';
import { visibleRows } from './visible.js';
import { Workload } from './workload.js';

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 2_000_000);

/** What it costs to store events, each once, and to ask for them. */
export const eventsBench: Bench = {
  name: 'events',
  run: async (report) => {
    const servers = await privateServers({ ownPostgres: true, durable: true });
    const connection = await connect(servers.nats.connection);
    const shop = await Shop.open(servers, connection);
    const floor = await CopyFloor.start(servers.postgresUrl, connection);
    try {
      await measure(report, shop, floor);
    } finally {
      await floor.stop();
      await shop.stop();
      await connection.close();
      await servers.stop();
    }
  },
};

async function measure(report: Report, shop: Shop, floor: CopyFloor): Promise<void> {
  const workload = new Workload(EVENTS);
  report.add(...(await storingRows(shop, floor, workload)));
  report.note(`${EVENTS} events went through the store's own path: as many by SQL, and by the API`);
  await shop.database.query('vacuum analyze analytics.event');
  report.add(...(await questionRows(shop, workload)));
  report.add(...(await visibleRows(shop)));
}
