/** `node tools/backup.mjs <file>`: the platform's database, in one file. See docs/runbooks/restore.md. */
import { runBuilt, withPaths } from './run-built.mjs';

await runBuilt('dist/tools/backup/main.js', ['backup', ...withPaths(process.argv.slice(2))]);
