/** `npm run build`: installs what is missing and compiles what changed. */
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, tool } from './ensure-installed.mjs';

await tool(() => {
  ensureInstalled();
  ensureBuilt();
});
