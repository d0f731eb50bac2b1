import { ChangeLog } from './change-log.js';

const touched = (name: string) => ({ kind: 'flag', name }) as const;

describe('ChangeLog', () => {
  it('returns the changes after a revision', () => {
    const log = new ChangeLog();
    log.add(touched('a'));
    const revision = log.revision;
    log.add(touched('b'));
    log.add(touched('c'));

    expect(log.since(revision)).toEqual([touched('b'), touched('c')]);
    expect(log.since(log.revision)).toEqual([]);
  });

  it('keeps at least the latest 1,024 changes, and has no answer for older revisions', () => {
    const log = new ChangeLog();
    for (let i = 0; i < 5_000; i++) log.add(touched(`f${i}`));

    expect(log.since(5_000 - 1_024)?.map(({ name }) => name)).toEqual(
      Array.from({ length: 1_024 }, (_, i) => `f${5_000 - 1_024 + i}`),
    );
    expect(log.since(0)).toBeUndefined();
  });
});
