/** `node tools/backup.mjs <file>`: everything that the platform knows, in one file. See docs/runbooks/restore.md. */
import { runBuilt } from './run-built.mjs';

await runBuilt('dist/tools/backup/main.js', 'backup');
