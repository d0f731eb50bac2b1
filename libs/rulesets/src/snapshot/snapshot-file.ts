import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Lines of text in a file that only its owner may read, in two generations: `path` and the previous one, `path.1`. Each ends with
 * a checksum. A new generation is written to `path.tmp`, synced and renamed, so that a crash at any point leaves a whole one.
 */
export class SnapshotFile {
  /** Only a whole file may become the older generation. */
  #isWhole = false;

  constructor(private readonly path: string) {}

  /** The newest generation that is whole; `undefined` when none is. Never throws. */
  async read(): Promise<readonly string[] | undefined> {
    const newest = await wholeLines(this.path);
    this.#isWhole = newest !== undefined;
    return newest ?? wholeLines(this.#older);
  }

  /** One call at a time. @throws when the disk refuses the write; the previous content stays */
  async write(lines: Iterable<string>): Promise<void> {
    const temporary = `${this.path}.tmp`;
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await rm(temporary, { force: true });
    await synced(temporary, (file) => writeLines(file, lines));
    if (this.#isWhole) await rename(this.path, this.#older);
    this.#isWhole = false;
    await rename(temporary, this.path);
    this.#isWhole = true;
    await syncFolder(dirname(this.path));
  }

  get #older(): string {
    return `${this.path}.1`;
  }
}

async function synced(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Line by line, so that requests are answered between two large lines. */
async function writeLines(file: FileHandle, lines: Iterable<string>): Promise<void> {
  const hash = createHash('sha256');
  for (const line of lines) {
    const text = `${line}\n`;
    hash.update(text);
    await file.appendFile(text);
  }
  await file.appendFile(`${hash.digest('hex')}\n`);
}

async function wholeLines(path: string): Promise<readonly string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const end = text.lastIndexOf('\n', text.length - 2) + 1;
  const body = text.slice(0, end);
  const checksum = createHash('sha256').update(body).digest('hex');
  return text.slice(end) === `${checksum}\n` ? body.split('\n').slice(0, -1) : undefined;
}

/** Without this a crash of the machine may undo the renames. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
