import { privateServers } from '#libs/local-servers';
import type { Bench } from '../report.js';
import { acceptRows } from './accept.js';

/** The cost of taking events in, against the least possible cost. */
export const captureBench: Bench = {
  name: 'capture',
  run: async (report) => {
    const servers = await privateServers();
    try {
      report.add(...(await acceptRows(servers)));
      report.note('rates are events that were acknowledged; no service stores them meanwhile');
    } finally {
      await servers.stop();
    }
  },
};
