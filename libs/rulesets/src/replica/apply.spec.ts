import fc from 'fast-check';
import { refOf, type KillSwitchDocument, type RulesetDocument } from '#libs/contracts';
import { applyDelta, compareVersions, emptyScope, replaceAll, type Delta } from './apply.js';

const EPOCH = '0000000a1';
const doc = (key: string, version = 1): KillSwitchDocument => ({
  kind: 'kill_switch',
  id: key,
  key,
  linked_flag_keys: [],
  is_active: false,
  version,
});
const at = (version: number, epoch = EPOCH) => ({ scope: 'o', epoch, version });
const delta = (version: number, ...documents: RulesetDocument[]): Delta => ({
  ...at(version),
  changes: documents.map((document) => ({ ref: refOf(document), document })),
});

describe('compareVersions', () => {
  it('ignores older versions, applies the next one, and fetches on a gap', () => {
    expect(compareVersions(at(5), at(5))).toBe('older');
    expect(compareVersions(at(5), at(4))).toBe('older');
    expect(compareVersions(at(5), at(6))).toBe('next');
    expect(compareVersions(at(5), at(7))).toBe('gap');
  });

  it('treats a later epoch as a gap and an earlier one as old, for any version', () => {
    expect(compareVersions(at(5), at(1, '0000000a2'))).toBe('gap');
    expect(compareVersions(at(5), at(9, '0000000a0'))).toBe('older');
  });
});

describe('replaceAll', () => {
  it('lists only differences: added, changed and removed documents', () => {
    const state = emptyScope('o');
    applyDelta(state, delta(1, doc('same'), doc('changed'), doc('gone')));

    const update = replaceAll(state, { ...at(4), documents: [doc('same'), doc('changed', 2), doc('added')] });

    expect(update.changes.map(({ ref }) => ref).toSorted()).toEqual([
      'kill_switch:added',
      'kill_switch:changed',
      'kill_switch:gone',
    ]);
    expect(update.changes.find(({ ref }) => ref === 'kill_switch:gone')).toMatchObject({ document: null });
    expect(state).toMatchObject({ version: 4 });
  });
});

describe('the delta protocol', () => {
  const histories = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), gone: fc.boolean() }), {
    minLength: 1,
    maxLength: 30,
  });
  /** For each delivery the delta: duplicated, out of order, or lost. */
  const deliveries = fc.array(fc.nat(), { maxLength: 80 });

  it('leads to the state of the database after any loss, duplication and disorder, and never decreases', () => {
    fc.assert(
      fc.property(histories, deliveries, (history, order) => {
        const truth = new Map<string, RulesetDocument>();
        const log = history.map(({ key, gone }, index): Delta => {
          const document = gone ? null : doc(key, index + 1);
          if (document === null) truth.delete(`kill_switch:${key}`);
          else truth.set(`kill_switch:${key}`, document);
          return { ...at(index + 1), changes: [{ ref: `kill_switch:${key}`, document }] };
        });
        const snapshot = { ...at(log.length), documents: [...truth.values()] };
        const state = emptyScope('o');
        state.epoch = EPOCH;
        let last = 0;
        for (const pick of order) {
          const next = log[pick % log.length]!;
          const where = compareVersions(state, next);
          if (where === 'next') applyDelta(state, next);
          else if (where === 'gap') replaceAll(state, snapshot);
          expect(state.version).toBeGreaterThanOrEqual(last);
          last = state.version;
        }
        if (compareVersions(state, snapshot) !== 'older') replaceAll(state, snapshot); // the poll
        expect(new Map(state.documents)).toEqual(truth);
      }),
      { numRuns: 500 },
    );
  });
});
