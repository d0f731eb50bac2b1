/** The entry point of the container: runs the service that SERVICE names, or `prepare`, with the arguments it gets. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const service = process.env.SERVICE ?? '';
const program = service === 'prepare' ? 'standalone/src/prepare.js' : `${service}/src/main.js`;
const entry = join(import.meta.dirname, '../dist/apps', program);

if (!/^[a-z]+$/.test(service) || !existsSync(entry)) {
  console.error(`SERVICE must name a service, not ${JSON.stringify(service)}`);
  process.exit(1);
}
await import(pathToFileURL(entry).href);
