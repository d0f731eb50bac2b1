/** Prints the routes that all services register, as JSON. Nothing behind them has to be up. */
import { services } from '../../dist/apps/standalone/src/described.js';
import { routeTable } from '../../dist/libs/http/src/index.js';
import { start } from '../../dist/libs/service/src/index.js';

const { http } = await start('routes', services, { ...process.env, LOOM_HTTP_PORT: '0', LOOM_LOG_LEVEL: 'silent' });
process.stdout.write(JSON.stringify(routeTable(http)), () => process.exit(0));
