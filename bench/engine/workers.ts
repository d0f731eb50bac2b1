import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const TIMEOUT_MS = 120_000;
const NODE_FLAGS = ['--expose-gc'];

/** Runs a program of this folder in a process of its own and parses the last line that it prints. @throws with what it said */
export async function runWorker<Result>(name: string, ...args: readonly string[]): Promise<Result> {
  const program = path.join(import.meta.dirname, `${name}.js`);
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_FLAGS, program, ...args], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Result;
}

/** The last line, and the end: SDKs leave timers and threads behind. */
export function answerWith(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

/** What this thread alone has worked, in milliseconds: other work on the machine does not count. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
