import { privateServers } from '#libs/local-servers';
import type { Bench } from '../report.js';
import { acceptRows } from './accept.js';

/** What it costs to take events in, against the least that it can cost. */
export const captureBench: Bench = {
  name: 'capture',
  run: async (report) => {
    const servers = await privateServers();
    try {
      report.add(...(await acceptRows(servers)));
      report.note('rates are events that were acknowledged; nobody stores them meanwhile');
    } finally {
      await servers.stop();
    }
  },
};
