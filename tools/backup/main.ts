import { knownEnvironment } from '../start/known-environment.js';
import { backUp } from './back-up.js';
import { restore } from './restore.js';

/** `backup <file>` and `restore <file>`, against the platform that runs here or that the LOOM_* settings name. */
const [what, file, ...rest] = process.argv.slice(2);
const work = { backup: backUp, restore }[what ?? ''];

try {
  if (work === undefined || file === undefined || file.startsWith('-') || rest.length > 0)
    throw new Error('Usage: backup <file> | restore <file>');
  await work(file, await knownEnvironment(process.env), (line) => console.log(line));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
