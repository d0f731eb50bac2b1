import { construction } from './code/construction.js';
import { doorBudget } from './code/door-budget.js';
import { forbiddenSyntax } from './code/forbidden-syntax.js';
import { functionLength } from './code/function-length.js';
import { ports } from './code/ports.js';
import { testRatio } from './code/test-ratio.js';
import type { House, Violation } from './house.js';
import { appRoots } from './layout/app-roots.js';
import { fileNames } from './layout/file-names.js';
import { folderSize } from './layout/folder-size.js';
import { libOrder } from './layout/lib-order.js';
import { libRoots } from './layout/lib-roots.js';
import { readmes } from './layout/readmes.js';
import { commitSubjects } from './texts/commit-subjects.js';
import { wordsInComments, wordsInDocs, wordsInMessages, wordsInTestNames } from './texts/plain-words.js';
import { settingsTables } from './texts/settings-tables.js';

export interface Rule {
  readonly name: string;
  /** A warning is counted and printed; an error fails `npm run check`. */
  readonly severity: 'warn' | 'error';
  readonly check: (house: House) => readonly Violation[];
}

export const rules: readonly Rule[] = [
  { name: 'door-budget', severity: 'error', check: doorBudget },
  { name: 'folder-size', severity: 'error', check: folderSize },
  { name: 'app-roots', severity: 'error', check: appRoots },
  { name: 'lib-roots', severity: 'error', check: libRoots },
  { name: 'lib-order', severity: 'error', check: libOrder },
  { name: 'construction', severity: 'error', check: construction },
  { name: 'ports', severity: 'error', check: ports },
  { name: 'commit-subjects', severity: 'error', check: commitSubjects },
  { name: 'test-ratio', severity: 'error', check: testRatio },
  { name: 'words-in-comments', severity: 'error', check: wordsInComments },
  { name: 'words-in-test-names', severity: 'error', check: wordsInTestNames },
  { name: 'words-in-messages', severity: 'error', check: wordsInMessages },
  { name: 'words-in-docs', severity: 'error', check: wordsInDocs },
  { name: 'function-length', severity: 'error', check: functionLength },
  { name: 'file-names', severity: 'error', check: fileNames },
  { name: 'readmes', severity: 'error', check: readmes },
  { name: 'settings-tables', severity: 'error', check: settingsTables },
  { name: 'forbidden-syntax', severity: 'error', check: forbiddenSyntax },
];
