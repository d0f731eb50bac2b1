import { houseWith } from '../planted.spec-support.js';
import { construction } from './construction.js';

const useCase = "import { CreateFlag } from '../application/create-flag.js';\n";
const store = "import { PostgresFlags } from '../db/flag.store.js';\n";

describe('construction', () => {
  it.each([
    ['new', `${useCase}new CreateFlag({}, clock);`],
    ['provide()', `${useCase}provide(CreateFlag, [Flags, Clock]);`],
    ['useClass', `${useCase}const provider = { provide: Port, useClass: CreateFlag };`],
    [
      'new under another name',
      "import { CreateFlag as Create } from '../application/create-flag.js';\nnew Create({}, 1);",
    ],
  ])('reports a use case that another file constructs by %s', (_how, text) => {
    expect(construction(houseWith({ files: { 'apps/flags/src/jobs/create.ts': text } }))).toEqual([
      { path: 'apps/flags/src/jobs/create.ts', line: 2, message: 'CreateFlag is constructed outside composition.ts' },
    ]);
  });

  it('reports a store that another room constructs', () => {
    const files = { 'apps/flags/src/jobs/purge.ts': `${store}new PostgresFlags('flags');` };

    expect(construction(houseWith({ files }))).toHaveLength(1);
  });

  it('lets a unit of work construct the stores of its transaction, and tests what they test', () => {
    const files = {
      'apps/flags/src/db/postgres-unit-of-work.ts': `${store}new PostgresFlags('flags');`,
      'apps/flags/test/purge.int.spec.ts': `${store.replace('../', '../src/')}new PostgresFlags('flags');`,
    };

    expect(construction(houseWith({ files }))).toEqual([]);
  });

  it('leaves errors, rows and other classes of the same name alone', () => {
    const files = {
      'apps/flags/src/db/flag-gone.ts':
        'export class FlagGone extends Error { constructor(key: string) { super(key); } }',
      'apps/flags/src/db/flag.row.ts': 'export class FlagRow {}',
      'apps/flags/src/rpc/answer.ts': `
import { FlagGone } from '../db/flag-gone.js';
import { FlagRow } from '../db/flag.row.js';
class CreateFlag {}
export const all = [new FlagGone('a'), new FlagRow(), new CreateFlag()];`,
    };

    expect(construction(houseWith({ files }))).toEqual([]);
  });
});
