import { Run } from './condition-test.js';
import { compileSegmentDocument, SegmentCell } from './segment-cell.js';

const references = { environmentName: 'prod', segment: () => ({ membership: () => -1 as const }) };
const isPro = [{ attribute: 'plan', operator: 'equals', value: 'pro' }];
const pro = { attributes: { plan: 'pro' } };

describe('compileSegmentDocument', () => {
  it.each([
    ['an included user', { included: ['u1'] }, { user_id: 'u1' }, 1],
    ['any other user without conditions', { included: ['u1'] }, { user_id: 'u2' }, 0],
    ['an excluded user who is also included', { included: ['u1'], excluded: ['u1'] }, { user_id: 'u1' }, 0],
    [
      'an excluded user for whom the conditions hold',
      { excluded: ['u1'], conditions: isPro },
      { user_id: 'u1', ...pro },
      0,
    ],
    ['an anonymous context for which the conditions hold', { included: ['u1'], conditions: isPro }, pro, 1],
    [
      'an included user for whom the conditions do not hold',
      { included: ['u1'], conditions: isPro },
      { user_id: 'u1' },
      1,
    ],
    ['a document that is not an object', 'broken', { user_id: 'u1' }, -1],
  ])('%s', (_case, document, context, membership) => {
    expect(compileSegmentDocument(document, references)(context, new Run())).toBe(membership);
  });
});

describe('SegmentCell', () => {
  const next = (run: Run): Run => Object.assign(run, { epoch: run.epoch + 1 });

  it('answers once per evaluation, and again in the next', () => {
    const answers = [1, 0] as const;
    let calls = 0;
    const source = { compile: () => () => answers[calls++]!, usesItself: () => false };
    const cell = new SegmentCell('beta', source);
    const run = new Run();

    const first = [cell.membership({}, next(run)), cell.membership({}, run)];
    const second = cell.membership({}, next(run));

    expect([...first, second]).toEqual([1, 1, 0]);
  });

  it('has no members while the segment depends on itself', () => {
    let isCyclic = true;
    const cell = new SegmentCell('beta', { compile: () => () => 1, usesItself: () => isCyclic });
    const run = new Run();
    expect(cell.membership({}, next(run))).toBe(-1);

    isCyclic = false;
    cell.resetUses();

    expect(cell.membership({}, next(run))).toBe(1);
  });

  it.each([
    ['does not exist', () => undefined],
    [
      'cannot be compiled',
      () => {
        throw new Error('broken');
      },
    ],
  ])('has no answer for a segment that %s, until it changes', (_case, broken) => {
    let compile: () => (() => 1) | undefined = broken;
    const cell = new SegmentCell('beta', { compile: () => compile(), usesItself: () => false });
    const run = new Run();
    expect(cell.membership({}, next(run))).toBe(-1);

    compile = () => () => 1;
    cell.reset();

    expect(cell.membership({}, next(run))).toBe(1);
  });
});
