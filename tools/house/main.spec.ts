import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { houseCommand } from './command.js';
import { cleanFiles, planted } from './planted.spec-support.js';
import { rules } from './rules.js';
import { ROOT, TemporaryTree } from './temporary.spec-support.js';

/** The clean project with one violation, on disk; a commit is made when the violation is one. */
function treeWith(rule: string): TemporaryTree {
  const { files = {}, commits = [] } = planted[rule]!;
  const tree = new TemporaryTree({ ...cleanFiles, ...files });
  if (commits.length === 0) return tree;
  tree.git('init', '-q');
  tree.git('add', '.');
  tree.git('commit', '-qm', 'the rules');
  for (const { subject } of commits) tree.git('commit', '--allow-empty', '-qm', subject);
  return tree;
}

describe('the command of the house', () => {
  it('passes on a clean project, strict or not, and shows its figures', () => {
    using tree = new TemporaryTree(cleanFiles);

    expect(houseCommand(['--root', tree.root, '--strict'])).toEqual({
      code: 0,
      lines: [
        expect.stringMatching(/^note test ÷ source .*flags 0\.\d+/),
        expect.stringMatching(/^note \d+ functions: median/),
      ],
    });
  });

  it.each(rules)('fails with --strict when $name is broken', ({ name }) => {
    using tree = treeWith(name);
    const { code, lines } = houseCommand(['--root', tree.root, '--strict']);

    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith('error '))).toContainEqual(expect.stringContaining(` ${name} `));
  });

  it('counts a warning in one line, and fails for errors alone', () => {
    using tree = treeWith('readmes');
    const { severity } = rules.find(({ name }) => name === 'readmes')!;
    const { code, lines } = houseCommand(['--root', tree.root]);

    expect(code).toBe(severity === 'error' ? 1 : 0);
    expect(lines).toContainEqual(expect.stringContaining(`${severity} readmes 1`));
  });

  it('lists one rule in full, and refuses a rule that does not exist', () => {
    using tree = treeWith('lib-roots');

    expect(houseCommand(['--root', tree.root, '--rule', 'lib-roots']).lines).toHaveLength(9);
    expect(houseCommand(['--root', tree.root, '--rule', 'walls'])).toEqual({
      code: 1,
      lines: ['There is no rule walls.'],
    });
  });

  it('raises the committed ratios', () => {
    using tree = new TemporaryTree({ ...cleanFiles, 'tools/house/test-ratio.json': '{}' });

    expect(houseCommand(['--root', tree.root, '--raise']).lines).toEqual(['Wrote tools/house/test-ratio.json.']);
    expect(houseCommand(['--root', tree.root, '--raise']).lines).toEqual([]);
    expect(houseCommand(['--root', tree.root, '--rule', 'test-ratio']).code).toBe(0);
  });

  it('measures any project of this layout', () => {
    using tree = new TemporaryTree(cleanFiles);

    expect(houseCommand(['--root', tree.root, '--measure']).lines).toEqual(
      expect.arrayContaining([
        '| libs/kernel | 2 files, 2 names, 0 unused outside (0 of them used by tests) |',
        '| strays in the src roots of apps | 0 |',
        '| ports (abstract classes) with one side | 0 of 1 |',
        '| use cases with a unit spec | 1 of 1 |',
      ]),
    );
  });

  it('ends the process with 1 for a violation and with 0 without one', () => {
    using compiled = compiledHouse();
    using clean = new TemporaryTree(cleanFiles);
    using broken = treeWith('door-budget');

    expect(compiled.node('house/main.js', '--strict', '--root', clean.root).code).toBe(0);
    expect(compiled.node('house/main.js', '--strict', '--root', broken.root)).toMatchObject({
      code: 1,
      output: expect.stringContaining('Ids is imported by nothing'),
    });
  });
});

/** This folder, compiled file by file: tests must not depend on what was built last. */
function compiledHouse(): TemporaryTree {
  const tree = new TemporaryTree({ 'package.json': '{ "type": "module" }' });
  tree.borrow();
  const folder = join(ROOT, 'tools/house');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(?<!\.spec|-support)\.ts$/.test(path),
  );
  for (const path of sources) {
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2024, esModuleInterop: true };
    const { outputText } = ts.transpileModule(readFileSync(join(folder, path), 'utf8'), { compilerOptions });
    tree.write(`house/${path.replace(/\.ts$/, '.js')}`, outputText);
  }
  return tree;
}
