/** `node tools/dead-letters.mjs list|show|replay`: dead letters directly on NATS, for when the gateway is down. See docs/runbooks/dead-letters.md. */
import { runBuilt } from './run-built.mjs';

await runBuilt('dist/tools/dead-letters/main.js');
