/** `node tools/break-glass.mjs kill-switch …`: switches a kill switch while NATS is down. See docs/runbooks/kill-switch-without-nats.md. */
import { runBuilt } from './run-built.mjs';

await runBuilt('dist/tools/break-glass/main.js');
