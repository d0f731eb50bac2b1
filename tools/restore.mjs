/** `node tools/restore.mjs <file>`: puts a backup in the place of the database. See docs/runbooks/restore.md. */
import { runBuilt } from './run-built.mjs';

await runBuilt('dist/tools/backup/main.js', 'restore');
