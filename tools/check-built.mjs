/** A part of `npm run check`: what compiled code checks, compiled once: the generated files, containers and manifests, the rules of the house. */
import { spawnSync } from 'node:child_process';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

process.chdir(root);
await tool(() => {
  ensureInstalled();
  ensureBuilt();
});
const programs = [['dist/tools/gen/main.js', '--check'], ['dist/tools/deploy/main.js'], ['dist/tools/house/main.js']];
const codes = programs.map((program) => {
  return spawnSync(node24, ['--enable-source-maps', ...program], { stdio: 'inherit', env: withOwnNode() }).status;
});
process.exit(codes.every((code) => code === 0) ? 0 : 1);
