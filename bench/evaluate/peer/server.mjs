/** unleash-server on a database of its own; sends its parent a message when it listens. */
import { start } from 'unleash-server';

const { DATABASE_URL, PORT } = process.env;
const endless = [
  'tokenAuthenticationMaxPerMinute',
  'sdkApiMaxPerMinute',
  'authenticationMaxPerMinute',
  'callSignalEndpointMaxPerSecond',
  'searchFeaturesMaxPerMinute',
];
await start({
  databaseUrl: DATABASE_URL,
  db: { ssl: false, pool: { min: 0, max: 8 } },
  server: { port: Number(PORT), host: '127.0.0.1' },
  versionCheck: { enable: false },
  logLevel: 'error',
  rateLimiting: Object.fromEntries(endless.map((name) => [name, 1e9])),
});
process.send('listening');
process.on('disconnect', () => process.exit(0));
