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
  { name: 'door-budget', severity: 'warn', check: doorBudget },
  { name: 'folder-size', severity: 'warn', check: folderSize },
  { name: 'app-roots', severity: 'warn', check: appRoots },
  { name: 'lib-roots', severity: 'warn', check: libRoots },
  { name: 'lib-order', severity: 'warn', check: libOrder },
  { name: 'construction', severity: 'warn', check: construction },
  { name: 'ports', severity: 'warn', check: ports },
  { name: 'commit-subjects', severity: 'warn', check: commitSubjects },
  { name: 'test-ratio', severity: 'warn', check: testRatio },
  { name: 'words-in-comments', severity: 'warn', check: wordsInComments },
  { name: 'words-in-test-names', severity: 'warn', check: wordsInTestNames },
  { name: 'words-in-messages', severity: 'warn', check: wordsInMessages },
  { name: 'words-in-docs', severity: 'warn', check: wordsInDocs },
  { name: 'function-length', severity: 'warn', check: functionLength },
  { name: 'file-names', severity: 'warn', check: fileNames },
  { name: 'readmes', severity: 'warn', check: readmes },
  { name: 'settings-tables', severity: 'warn', check: settingsTables },
  { name: 'forbidden-syntax', severity: 'warn', check: forbiddenSyntax },
];
