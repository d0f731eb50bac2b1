/** `npm run check`: types, lint, format, boundaries, dead code, generated files, containers, manifests and the rules of the house, two at a time, each with its time. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureInstalled, node24, root, tool, withOwnNode } from './ensure-installed.mjs';

const cache = 'node_modules/.cache/loom';
/** The longest first: two run side by side. */
const steps = [
  ['lint', 'eslint/bin/eslint.js', '.', '--cache', '--cache-location', `${cache}/eslint`, '--max-warnings=0'],
  // One compilation for all: every project of nest-cli.json has the same tsconfig (tools/nest-cli.spec.ts).
  ['types and nest build', '@nestjs/cli/bin/nest.js', 'build', 'standalone'],
  // Compiles what changed, by itself: what is generated comes from the compiled code.
  ['generated files, containers, manifests, house', '../tools/check-built.mjs'],
  ['boundaries', 'dependency-cruiser/bin/dependency-cruise.mjs', ...existing('apps', 'libs', 'tools', 'e2e', 'bench')],
  ['compose file', 'dclint/bin/dclint.cjs', '--quiet', 'docker-compose.yml'],
  ['dead code', 'knip/bin/knip.js'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '.', '--cache', '--cache-location', `${cache}/prettier`],
];

process.chdir(root);
await tool(ensureInstalled);
const waiting = [...steps];
const failures = (await Promise.all([work(), work()])).flat();
console.log(failures.length === 0 ? 'All checks passed.' : `Failed: ${failures.join(', ')}`);
process.exit(failures.length === 0 ? 0 : 1);

async function work() {
  const failed = [];
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    if (!(await passes(step))) failed.push(step[0]);
  }
  return failed;
}

async function passes([name, program, ...args]) {
  const startedAt = Date.now();
  const { code, output } = await run(`node_modules/${program}`, args);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`);
  // Warnings, figures and what could not be checked here are shown even when the step passes.
  if (code !== 0) console.log(output.trimEnd());
  else for (const [line] of output.matchAll(/^(NOT CHECKED|warn |note ).*$/gm)) console.log(`     ${line}`);
  return code === 0;
}

function run(program, args) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(node24, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: withOwnNode() });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

function existing(...folders) {
  return folders.filter((folder) => existsSync(new URL(`../${folder}`, import.meta.url)));
}
