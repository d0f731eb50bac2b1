/** `npm run fix`: eslint's fixes, then the format. */
import { spawnSync } from 'node:child_process';
import { ensureInstalled, node24, root, tool } from './ensure-installed.mjs';

process.chdir(root);
await tool(ensureInstalled);
const programs = [
  ['eslint/bin/eslint.js', '.', '--fix'],
  ['prettier/bin/prettier.cjs', '--write', '--log-level=warn', '.'],
];
const codes = programs.map(([program, ...args]) => {
  return spawnSync(node24, [`node_modules/${program}`, ...args], { stdio: 'inherit' }).status;
});
process.exit(codes.every((code) => code === 0) ? 0 : 1);
