import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { format, getFileInfo, resolveConfig } from 'prettier';

/** Text by path, relative to the project; formatted only when it is compared or written. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/** Paths of the files that are missing or different. */
export async function differing(files: GeneratedFiles): Promise<readonly string[]> {
  const compared = await Promise.all(
    [...files].map(async ([path, text]) => ((await readOr(path, '')) === (await pretty(path, text)) ? [] : [path])),
  );
  return compared.flat();
}

export async function write(files: GeneratedFiles, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await pretty(path, files.get(path) ?? ''));
  }
}

/** Formatted as `npm run check` requires; files that prettier has no parser for stay unchanged. */
async function pretty(path: string, text: string): Promise<string> {
  const { inferredParser } = await getFileInfo(path);
  if (inferredParser === null) return text;
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

function readOr(path: string, otherwise: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => otherwise);
}
