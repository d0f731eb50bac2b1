/**
 * `npm test`: installs, builds and runs the tests: unit, then integration, then journeys. `node tools/test.mjs int
 * libs/testing` runs one size, and only files whose path matches. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled, node24, root, withOwnNode } from './ensure-installed.mjs';

/**
 * Database roles belong to the whole Postgres server, which integration files share: these run one after the other. A process that
 * loads ES modules for one test file after the other never frees them all: workers are replaced when they have grown, and what
 * runs in one process is divided among several, one after the other.
 */
const sizes = {
  unit: { args: ['--maxWorkers=2', '--workerIdleMemoryLimit=1GB'], processes: 1 },
  int: { args: ['--runInBand'], processes: 4 },
  e2e: { args: ['--runInBand'], processes: 2 },
};

process.chdir(root);
const args = process.argv.slice(2);
const wanted = args.filter((arg) => arg in sizes);
const jestArgs = args.filter((arg) => !(arg in sizes));
const results = mkdtempSync(join(tmpdir(), 'loom-results-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const durations = [];
/** Against a test that leaves a process or a timer running, which would block CI: the run counts as failed. */
const endsAt = Date.now() + 40 * 60_000;

try {
  ensureInstalled();
  const isBuilt = build();
  const chosen = wanted.length > 0 ? wanted : Object.keys(sizes);
  // Journeys run what was built; the others compile as they go.
  for (const size of chosen) if (isBuilt || size !== 'e2e') runSize(size);
} catch (error) {
  console.error(error.message);
  totals.failed += 1;
} finally {
  rmSync(results, { recursive: true, force: true });
}
printSlowest();
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
if (totals.passed === 0) console.error('No test ran.');
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);

function build() {
  try {
    ensureBuilt();
    return true;
  } catch (error) {
    console.error(error.message);
    totals.failed += 1;
    return false;
  }
}

function runSize(size) {
  // A few files fit into one process.
  const processes = jestArgs.length > 0 ? 1 : sizes[size].processes;
  for (let part = 1; part <= processes; part += 1) runPart(size, `--shard=${part}/${processes}`);
}

function runPart(size, shard) {
  const outputFile = join(results, `${size}-${shard.replace(/\D+/g, '-')}.json`);
  const report = ['--json', `--outputFile=${outputFile}`, '--passWithNoTests'];
  const jest = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    size,
  ];
  const { status } = spawnSync(node24, [...jest, ...report, ...sizes[size].args, shard, ...jestArgs], {
    // Jest prints its JSON on standard output even when it writes the file.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: withOwnNode({ NODE_ENV: 'test' }),
    timeout: Math.max(1, endsAt - Date.now()),
    killSignal: 'SIGKILL',
  });
  add(size, outputFile, status);
}

/** A file that could not even be loaded counts as one failed test, and so does a jest that failed for another reason. */
function add(size, outputFile, status) {
  const run = resultOf(outputFile);
  const failed = run.numFailedTests + run.numRuntimeErrorTestSuites;
  totals.passed += run.numPassedTests;
  totals.failed += failed === 0 && status !== 0 ? 1 : failed;
  totals.skipped += run.numPendingTests + run.numTodoTests;
  if (failed === 0 && status !== 0) console.error(`jest ended with ${status} in ${size}.`);
  for (const { name, assertionResults } of run.testResults) {
    const file = relative(root, name);
    durations.push(...assertionResults.map(({ fullName, duration }) => ({ file, fullName, ms: duration ?? 0 })));
  }
}

function printSlowest() {
  const slowest = durations.toSorted((a, b) => b.ms - a.ms).slice(0, 5);
  console.log('The slowest tests:');
  for (const { file, fullName, ms } of slowest) console.log(`  ${(ms / 1_000).toFixed(1)} s  ${file}: ${fullName}`);
}

function resultOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    const none = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };
    return { ...none, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}
