import { cleanFiles } from './planted.spec-support.js';
import { readHouse } from './read-house.js';
import { TemporaryTree } from './temporary.spec-support.js';

const commit = (tree: TemporaryTree, subject: string) => tree.git('commit', '--allow-empty', '-qm', subject);
const subjects = (tree: TemporaryTree) => readHouse(tree.root).commits.map(({ subject }) => subject);

/** Two commits: one before these rules, one that brings them. */
function repository(): TemporaryTree {
  const tree = new TemporaryTree({ 'README.md': '# Loom\n' });
  tree.git('init', '-q', '-b', 'main');
  commit(tree, 'before the rules');
  for (const [path, text] of Object.entries(cleanFiles)) tree.write(path, text);
  tree.git('add', '.');
  commit(tree, 'the rules');
  return tree;
}

describe('readHouse', () => {
  it('reads a folder that is no repository, without what is installed and built', () => {
    using tree = new TemporaryTree({ ...cleanFiles, 'node_modules/a/index.ts': '', 'apps/flags/dist/a.ts': '' });
    const { files, commits } = readHouse(tree.root);

    expect([...files.keys()]).toEqual(Object.keys(cleanFiles).toSorted());
    expect(files.get('README.md')).toBe(cleanFiles['README.md']);
    expect(commits).toEqual([]);
  });

  it('reads tracked and new files of a repository, not ignored or deleted ones', () => {
    using tree = repository();
    tree.write('.gitignore', 'bench/results/\n');
    tree.write('bench/results/a.ts', '');
    tree.write('bench/new.ts', '');
    tree.git('rm', '-q', '--cached', 'README.md');

    expect([...readHouse(tree.root).files.keys()]).toEqual(
      [...Object.keys(cleanFiles), '.gitignore', 'bench/new.ts'].toSorted(),
    );
  });

  it('lists the commits since these rules exist', () => {
    using tree = repository();
    expect(subjects(tree)).toEqual([]);

    commit(tree, 'fix: one');
    commit(tree, 'fix: two');
    expect(subjects(tree)).toEqual(['fix: two', 'fix: one']);
  });

  it('lists commits of a branch that began before these rules, once it is merged', () => {
    using tree = repository();
    tree.git('checkout', '-q', '-b', 'early', 'main~1');
    commit(tree, 'early work');
    tree.git('checkout', '-q', 'main');
    tree.git('merge', '-q', '--no-edit', 'early');

    expect(subjects(tree)).toEqual(['early work']);
  });

  it('leaves out what has landed on a remote branch: it cannot be changed any more', () => {
    using tree = repository();
    commit(tree, 'landed');
    tree.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    commit(tree, 'open');

    expect(subjects(tree)).toEqual(['open']);
  });

  it('finds no commits in a clone without history', () => {
    using tree = repository();
    commit(tree, 'a later one');
    using clone = new TemporaryTree({});
    clone.git('clone', '-q', '--depth', '1', `file://${tree.root}`, '.');
    clone.git('update-ref', '-d', 'refs/remotes/origin/main');

    expect(subjects(clone)).toEqual([]);
  });
});
