import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This project's own root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A folder of files below the system's temporary one, until it is disposed of. */
export class TemporaryTree {
  readonly root = mkdtempSync(join(tmpdir(), 'loom-house-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Copies files of this project, and links its node_modules. */
  borrow(...paths: readonly string[]): void {
    for (const path of paths) cpSync(join(ROOT, path), join(this.root, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
  }

  /** Runs a program of this Node in the folder. */
  node(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.root, encoding: 'utf8' });
    return { code: status, output: stdout + stderr };
  }

  git(...args: readonly string[]): string {
    const author = ['-c', 'user.name=Loom', '-c', 'user.email=loom@loom.localhost', '-c', 'commit.gpgsign=false'];
    const { status, stdout, stderr } = spawnSync('git', [...author, ...args], { cwd: this.root, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
