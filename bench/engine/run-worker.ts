import path from 'node:path';
import { run } from '#libs/local-servers';

const TIMEOUT_MS = 120_000;
const NODE_FLAGS = ['--expose-gc'];

/** Runs a program of this folder in a process of its own and parses the last line that it prints. @throws Error with its error output */
export async function runWorker<Result>(name: string, ...args: readonly string[]): Promise<Result> {
  const program = path.join(import.meta.dirname, `${name}.js`);
  const stdout = await run(process.execPath, [...NODE_FLAGS, program, ...args], { timeout: TIMEOUT_MS });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Result;
}
