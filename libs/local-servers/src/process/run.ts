import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A subset of `execFile`'s options. */
export interface RunOptions {
  /** In milliseconds. Default: 60,000. */
  readonly timeout?: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a program to its end and returns its standard output. @throws Error with its error output when it fails */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout } = await execute(file, args, { timeout: 60_000, maxBuffer: 16 * 1024 * 1024, ...options });
  return stdout;
}
