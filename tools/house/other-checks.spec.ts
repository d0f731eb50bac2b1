import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanFiles } from './planted.spec-support.js';
import { ROOT, TemporaryTree } from './temporary.spec-support.js';

/** The other tools of `npm run check`, with this project's settings, on a small project: clean they pass, with one violation they fail. */
const CHECKS: readonly Check[] = [
  {
    tool: 'dependency-cruiser',
    command: ['dependency-cruiser/bin/dependency-cruise.mjs', 'apps', 'libs'],
    violations: {
      ...againstTheOrder(),
      'libs-by-their-door': { 'apps/flags/src/domain/through.ts': "import '../../../../libs/kernel/src/clock.js';\n" },
      'no-cycles': {
        'apps/flags/src/domain/a.ts': "import './b.js';\n",
        'apps/flags/src/domain/b.ts': "import './a.js';\n",
      },
      'domain-does-no-io': { 'apps/flags/src/domain/io.ts': "import 'node:fs';\n" },
    },
  },
  {
    tool: 'eslint',
    command: ['eslint/bin/eslint.js', '.', '--max-warnings=0'],
    violations: {
      'never switches the compiler off': { 'libs/kernel/src/a.ts': 'export const a = 1 as never;\n' },
      'ModuleRef finds': { 'libs/kernel/src/b.ts': 'export const b = (ModuleRef: object) => ModuleRef;\n' },
      'A cycle in costume': { 'libs/kernel/src/c.ts': 'export const c = forwardRef(() => 1);\n' },
      'Named exports': { 'libs/kernel/src/d.ts': 'export default 1;\n' },
      'no-explicit-any': { 'libs/kernel/src/e.ts': 'export const e: any = 1;\n' },
      'max-lines': { 'libs/kernel/src/f.ts': 'export const f = [\n' + '1,\n'.repeat(250) + '];\n' },
    },
  },
  {
    tool: 'tsc',
    command: ['typescript/bin/tsc', '-p', '.', '--noEmit'],
    violations: {
      'libs/kernel/src/a.ts(1,14): error TS2322': { 'libs/kernel/src/a.ts': "export const a: number = 'b';\n" },
    },
  },
  {
    tool: 'prettier',
    command: ['prettier/bin/prettier.cjs', '--check', 'libs/kernel/README.md'],
    violations: { 'libs/kernel/README.md': { 'libs/kernel/README.md': '#   kernel' } },
  },
  {
    tool: 'knip',
    command: ['knip/bin/knip.js', '--no-config-hints'],
    violations: {
      'unusedName  ': {
        'apps/flags/src/db/flag.store.ts': `${cleanFiles['apps/flags/src/db/flag.store.ts']}export const unusedName = 1;\n`,
      },
      'domain/unused.ts': { 'apps/flags/src/domain/unused.ts': 'export const unused = 1;\n' },
    },
  },
];

/** Every lib imports each lib below it in the order: one violation for each arrow. */
function againstTheOrder(): Check['violations'] {
  const order = JSON.parse(readFileSync(join(ROOT, 'tools/house/lib-order.json'), 'utf8')) as readonly string[];
  const arrows = order.flatMap((lib, place) => order.slice(place + 1).map((below) => [lib, below] as const));
  return Object.fromEntries(
    arrows.map(([lib, below]) => [
      `${lib}-sees-only-libs-before-it: libs/${lib}/src/to-${below}.ts → libs/${below}/src/index.ts`,
      {
        [`libs/${lib}/src/to-${below}.ts`]: `import '#libs/${below}';\n`,
        [`libs/${below}/src/index.ts`]: 'export {};\n',
      },
    ]),
  );
}

interface Check {
  readonly tool: string;
  readonly command: readonly [program: string, ...args: readonly string[]];
  /** Files that break a rule, by what the tool reports. */
  readonly violations: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

describe.each(CHECKS)('$tool with the settings of this project', ({ command: [program, ...args], violations }) => {
  const run = (files: Readonly<Record<string, string>>) => {
    using tree = new TemporaryTree({ ...cleanFiles, ...files, ...settings() });
    tree.borrow(
      '.dependency-cruiser.mjs',
      '.prettierrc.json',
      'knip.json',
      'tsconfig.json',
      'tools/house/lib-order.json',
    );
    return tree.node(`node_modules/${program}`, ...args);
  };

  it('passes on a clean project', () => {
    const { code, output } = run({});

    expect(code === 0 ? 'passes' : output).toBe('passes');
  });

  it('fails for planted violations, and names each', () => {
    const { code, output } = run(Object.assign({}, ...Object.values(violations)));

    expect(code).toBeGreaterThan(0);
    expect(Object.keys(violations).filter((reported) => !output.includes(reported))).toEqual([]);
  });
});

/** No dependencies: knip would miss their use here. What ESLint forbids later is forbidden here already. */
function settings(): Readonly<Record<string, string>> {
  const { type, imports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  const eslint = readFileSync(join(ROOT, 'eslint.config.mjs'), 'utf8');
  return {
    'package.json': JSON.stringify({ name: 'small', type, imports }),
    'eslint.config.mjs': eslint.replace('areEscapesErrors = false', 'areEscapesErrors = true'),
  };
}
