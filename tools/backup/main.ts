import { withPlatform } from '../start/with-platform.js';
import { backUp } from './back-up.js';
import { restore } from './restore.js';

/** `backup <file>` and `restore <file>`, of the platform that `npm start` made here or that the LOOM_* settings name. */
const [what, file, ...rest] = process.argv.slice(2);
const work = { backup: backUp, restore }[what ?? ''];

try {
  if (work === undefined || file === undefined || file.startsWith('-') || rest.length > 0)
    throw new Error('Usage: backup <file> | restore <file>');
  const print = (line: string): void => console.log(line);
  const besidePlatform = work === backUp;
  await withPlatform(process.env, { besidePlatform, print, run: (env) => work(file, env, print) });
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
