import { statusOf } from '../http/api-client.js';
import { Child, type ChildCommand } from './child.js';

export interface ProgramOptions {
  /** The compiled entry point, from the repository's root or absolute. */
  readonly entry: string;
  /** Added to the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  /** Arguments of Node itself. Default: `--enable-source-maps`. */
  readonly nodeArgs?: readonly string[];
  /** Default: `memory`. */
  readonly output?: ChildCommand['output'];
  /** Default: `disconnect`. */
  readonly onParentDeath?: ChildCommand['onParentDeath'];
}

const READY_WITHIN_MS = 60_000;

/** A Node program as a child process, on the Node that runs this one. */
export class Program extends Child {
  readonly entry: string;

  constructor({ entry, env, args = [], nodeArgs = ['--enable-source-maps'], ...rest }: ProgramOptions) {
    super({
      name: entry,
      file: process.execPath,
      args: [...nodeArgs, entry, ...args],
      // Options of a test runner are not the program's.
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      output: 'memory',
      onParentDeath: 'disconnect',
      ...rest,
    });
    this.entry = entry;
  }

  /** Waits until `/readyz` answers 200. @throws Error with its last lines when it ends or takes longer */
  ready(url: string, timeoutMs = READY_WITHIN_MS): Promise<void> {
    return this.untilReady(async () => (await statusOf(`${url}/readyz`)) === 200, timeoutMs);
  }
}
