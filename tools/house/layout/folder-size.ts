import { SOURCE_FOLDERS, type House, type Violation } from '../house.js';
import { folderOf } from '../paths.js';

const MOST_FILES = 20;

/** No folder of code has more than 20 files; specs and migrations count. */
export function folderSize(house: House): readonly Violation[] {
  return folderSizes(house)
    .filter(({ files }) => files > MOST_FILES)
    .map(({ folder, files }) => ({ path: folder, message: `${files} files` }));
}

/** Folders of code with how many files lie directly in each, the fullest first. */
export function folderSizes(house: House): readonly { readonly folder: string; readonly files: number }[] {
  const paths = [...house.files.keys()].filter((path) =>
    SOURCE_FOLDERS.some((folder) => path.startsWith(`${folder}/`)),
  );
  const byFolder = Map.groupBy(paths, folderOf);
  return [...byFolder].map(([folder, { length }]) => ({ folder, files: length })).toSorted((a, b) => b.files - a.files);
}
