import { houseWith } from '../planted.spec-support.js';
import { doorBudget } from './door-budget.js';

const door = "export { Clock, SystemClock } from './clock.js';\n";

describe('door-budget', () => {
  it('does not count an import by a test or inside the lib', () => {
    const files = {
      'libs/kernel/src/index.ts': `${door}export { Ids } from './ids.js';\n`,
      'libs/kernel/src/ids.ts': 'export class Ids {}\n',
      'libs/kernel/src/more.ts': "import { Ids } from './ids.js';\nvoid Ids;\n",
      'apps/flags/test/ids.int.spec.ts': "import { Ids } from '#libs/kernel';\n",
      'e2e/ids.e2e.spec.ts': "import { Ids } from '#libs/kernel';\n",
    };

    expect(doorBudget(houseWith({ files }))).toEqual([
      { path: 'libs/kernel/src/index.ts', message: 'Ids is imported by tests alone outside libs/kernel' },
    ]);
  });

  it.each([
    ['a type', "import { type Ids } from '#libs/kernel';"],
    ['another name', "import { Ids as Numbers } from '#libs/kernel';"],
    ['a namespace', "import * as kernel from '#libs/kernel';\nvoid kernel.Ids;"],
    ['import() in a type', "export const ids: import('#libs/kernel').Ids = 1;"],
    ['import() at run time', "const { Ids } = await import('#libs/kernel');"],
    ['passing it on', "export { Ids } from '#libs/kernel';"],
    [
      'the testing lib, which opens doors for all tests',
      "import { Ids } from '#libs/kernel';",
      'libs/testing/src/ids.ts',
    ],
    ['a script of the built code', "import { Ids } from '../dist/libs/kernel/src/index.js';", 'tools/ids.mjs'],
  ])('counts an import by %s', (_how, text, path = 'apps/flags/src/domain/ids.ts') => {
    const files = {
      'libs/kernel/src/index.ts': `${door}export { Ids } from './ids.js';\n`,
      'libs/kernel/src/ids.ts': 'export class Ids {}\n',
      [path]: text,
    };

    expect(doorBudget(houseWith({ files }))).toEqual([]);
  });

  it('lets tests use the libs that are made for tests', () => {
    const files = {
      'libs/testing/src/index.ts': "export { FixedClock } from './fixed-clock.js';\n",
      'libs/testing/src/fixed-clock.ts': 'export class FixedClock {}\n',
      'apps/flags/test/clock.spec.ts': "import { FixedClock } from '#libs/testing';\n",
    };

    expect(doorBudget(houseWith({ files }))).toEqual([]);
  });

  it('reports export *, and follows it to the names behind it', () => {
    const files = {
      'libs/kernel/src/index.ts': `${door}export * from './ids/index.js';\n`,
      'libs/kernel/src/ids/index.ts': "export * from './ids.js';\n",
      'libs/kernel/src/ids/ids.ts': 'export interface Ids {}\nexport const one = 1;\n',
    };

    expect(doorBudget(houseWith({ files })).map(({ line, message }) => [line, message.split(' ')[0]])).toEqual([
      [2, 'a'],
      [undefined, 'Ids'],
      [undefined, 'one'],
    ]);
  });
});
