/** Prints the routes that all services register, as JSON. Nothing behind them has to be up. */
import { services } from '../../dist/apps/standalone/src/described.js';
import { start } from '../../dist/libs/service/src/index.js';
import { routesOf } from '../../dist/libs/testing/src/index.js';

const running = await start('routes', services, { ...process.env, LOOM_HTTP_PORT: '0', LOOM_LOG_LEVEL: 'silent' });
process.stdout.write(JSON.stringify(routesOf(running)), () => process.exit(0));
