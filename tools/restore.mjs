/** `node tools/restore.mjs <file>`: replaces the database by a backup. See docs/runbooks/restore.md. */
import { runBuilt, withPaths } from './run-built.mjs';

await runBuilt('dist/tools/backup/main.js', ['restore', ...withPaths(process.argv.slice(2))]);
