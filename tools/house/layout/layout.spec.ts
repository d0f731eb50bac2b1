import { houseOf } from '../house.js';
import { appRoots } from './app-roots.js';
import { fileNames } from './file-names.js';
import { folderSize } from './folder-size.js';
import { libRoots } from './lib-roots.js';

const files = (...paths: string[]) => houseOf(Object.fromEntries(paths.map((path) => [path, ''])));
const many = (count: number, folder: string) =>
  Array.from({ length: count }, (_, index) => `${folder}/file-${index}.ts`);

describe('folder-size', () => {
  it('counts specs, not files of folders below, in folders of code', () => {
    expect(folderSize(files(...many(20, 'bench/a'), ...many(20, 'bench/a/b')))).toEqual([]);
    expect(folderSize(files(...many(20, 'bench/a'), 'bench/a/file.spec.ts'))).toEqual([
      { path: 'bench/a', message: '21 files' },
    ]);
    expect(folderSize(files(...many(21, 'docs/decisions')))).toEqual([]);
  });
});

describe('app-roots', () => {
  it('allows the entry, door, settings, composition and module, each with its spec', () => {
    const allowed = ['main.ts', 'index.ts', 'config.ts', 'config.spec.ts', 'composition.ts', 'flags.module.ts'];

    expect(appRoots(files(...allowed.map((name) => `apps/flags/src/${name}`), 'apps/flags/src/jobs/purge.ts'))).toEqual(
      [],
    );
    expect(appRoots(files('apps/audit/src/flags.module.ts', 'apps/audit/src/prepare.ts'))).toHaveLength(2);
    expect(appRoots(files('apps/standalone/src/prepare.ts'))).toEqual([]);
  });
});

describe('lib-roots', () => {
  it('lets a small lib and a lib of one subject be flat', () => {
    expect(libRoots(files('libs/edge/src/index.ts', ...many(7, 'libs/edge/src')))).toEqual([]);
    expect(libRoots(files('libs/redis/src/index.ts', ...many(12, 'libs/redis/src')))).toEqual([]);
  });

  it('reports strays of a larger one, not the files its list names', () => {
    const rooms = ['libs/http/src/index.ts', 'libs/http/src/health.ts', ...many(9, 'libs/http/src/wire')];

    expect(libRoots(files(...rooms))).toEqual([]);
    expect(libRoots(files(...rooms, 'libs/http/src/stray.ts'))).toMatchObject([{ path: 'libs/http/src/stray.ts' }]);
  });
});

describe('file-names', () => {
  it.each([
    ['apps/flags/src/db/migrations/1763700000000-create.ts', '', 1],
    ['apps/flags/src/db/migrations/index.ts', '', 0],
    ['libs/postgres/src/outbox/migrations/0002-outbox.ts', '', 0],
    ['apps/flags/src/rpc/flag-handlers.ts', '', 1],
    ['apps/flags/src/rpc/evaluation-rpc.ts', 'export class EvaluationRpc {}', 1],
    ['apps/flags/src/rpc/views.ts', 'export const view = 1;', 0],
    ['apps/flags/src/db/flag-store.ts', 'export class FlagStore {}', 1],
    ['apps/flags/src/db/ledger.ts', 'export class PostgresLedger {}', 1],
    ['apps/flags/src/db/postgres-unit-of-work.ts', 'export class PostgresUnitOfWork {}', 0],
    ['apps/flags/src/db/sql.ts', 'export const sql = 1;', 0],
  ])('%s with %j: %d', (path, text, count) => {
    expect(fileNames(houseOf({ [path]: text }))).toHaveLength(count);
  });
});
