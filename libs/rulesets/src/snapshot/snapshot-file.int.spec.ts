import { mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SnapshotFile } from './snapshot-file.js';

describe('SnapshotFile', () => {
  let dir: string;
  let path: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'loom-snapshot-'));
    path = join(dir, 'data', 'snapshot.json');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const write = (...lines: string[]): Promise<void> => new SnapshotFile(path).write(lines);
  const read = (): Promise<readonly string[] | undefined> => new SnapshotFile(path).read();
  /** Two generations, `old` and `new`, of one process. */
  const writeTwice = async (): Promise<void> => {
    const file = new SnapshotFile(path);
    await file.write(['old']);
    await file.write(['new']);
  };
  const flip = async (of: string): Promise<void> =>
    writeFile(of, (await readFile(of, 'utf8')).replace(/^./, '#'), { mode: 0o600 });

  it('returns the lines that were written, and only its owner may read it', async () => {
    await writeTwice();
    await write('{"a":1}', '{"b":"ä"}', '');

    expect(await read()).toEqual(['{"a":1}', '{"b":"ä"}', '']);
    for (const file of [path, `${path}.1`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dir, 'data'))).mode & 0o777).toBe(0o700);
  });

  it('is undefined without a file', async () => {
    expect(await read()).toBeUndefined();
  });

  it.each([
    ['changed', () => flip(path)],
    ['half', () => truncate(path, 30)],
    ['without its checksum', () => truncate(path, 'new\n'.length)],
    ['empty', () => truncate(path, 0)],
    ['missing', () => rm(path)],
  ])('falls back to the older generation when the newest is %s', async (_how, damage) => {
    await writeTwice();
    await damage();

    expect(await read()).toEqual(['old']);
  });

  it('is undefined when both generations are damaged', async () => {
    await writeTwice();
    await flip(path);
    await flip(`${path}.1`);

    expect(await read()).toBeUndefined();
  });

  it('does not let a damaged file become the older generation', async () => {
    await writeTwice();
    await flip(path);
    const next = new SnapshotFile(path);
    await next.read();
    await next.write(['newer']);
    await flip(path);

    expect(await read()).toEqual(['old']);
  });

  it('survives a crash between write and rename, and between the two renames', async () => {
    await writeTwice();
    await writeFile(`${path}.tmp`, 'never finis');
    expect(await read()).toEqual(['new']);

    await rename(path, `${path}.1`);
    expect(await read()).toEqual(['new']);

    await write('next');
    expect(await read()).toEqual(['next']);
  });

  it('keeps the previous content when a write fails half way', async () => {
    await writeTwice();
    const failing = function* (): Iterable<string> {
      yield 'half';
      throw new Error('disk full');
    };

    await expect(new SnapshotFile(path).write(failing())).rejects.toThrow('disk full');
    expect(await read()).toEqual(['new']);
  });
});
