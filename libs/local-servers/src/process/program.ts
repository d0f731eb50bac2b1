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
  /** Files and connections that it may open. Default: as many as this process. */
  readonly openFiles?: number;
  /** Default: `memory`. */
  readonly output?: ChildCommand['output'];
  /** Default: `disconnect`. */
  readonly onParentDeath?: ChildCommand['onParentDeath'];
}

const READY_WITHIN_MS = 60_000;

/** A Node program as a child process, on the Node that runs this one. */
export class Program extends Child {
  readonly entry: string;

  constructor({ entry, env, args = [], nodeArgs = ['--enable-source-maps'], openFiles, ...rest }: ProgramOptions) {
    super({
      name: entry,
      ...limited([process.execPath, ...nodeArgs, entry, ...args], openFiles),
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

/** The shell sets the limit and becomes the program, with its process id. */
function limited([file = '', ...args]: string[], openFiles: number | undefined): Pick<ChildCommand, 'file' | 'args'> {
  if (openFiles === undefined) return { file, args };
  return { file: 'bash', args: ['-c', 'ulimit -n "$0" && exec "$@"', String(openFiles), file, ...args] };
}
