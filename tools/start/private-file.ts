import { readFile, rename, writeFile } from 'node:fs/promises';

/** Replaces a JSON file that only its owner may read. A crash leaves the old file. */
export async function writePrivately(file: string, value: unknown): Promise<void> {
  const half = `${file}.${process.pid}`;
  await writeFile(half, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  await rename(half, file);
}

/** The JSON of a file; `undefined` when there is none. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
