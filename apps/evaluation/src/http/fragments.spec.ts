import type { Evaluation } from '#libs/engine';
import { ofrepClientResult, ofrepResult } from './fragments.js';

const evaluation = (more: Partial<Evaluation>): Evaluation =>
  ({ flag_key: 'f', variant: 'on', value: true, flagVersion: 3, ...more }) as Evaluation;
const served = evaluation({ reason: { type: 'strategy', rule_id: 'r1', strategy_id: 's1' } });

describe('OFREP results', () => {
  it.each([
    ['what was served', served, 200],
    ['a context without a bucket key', evaluation({ reason: { type: 'default' }, bucketKeyMissing: true }), 400],
    ['a flag that is broken', evaluation({ reason: { type: 'error', code: 'invalid_flag', message: 'no' } }), 500],
  ])('have the HTTP status of the single-flag route: %s', (_what, one, status) => {
    expect(ofrepResult.of(one).status).toBe(status);
    expect(ofrepClientResult.of(one).status).toBe(status);
  });

  it('are serialised once per outcome', () => {
    expect(ofrepResult.of(served)).toBe(ofrepResult.of(served));
  });

  it('contain neither rule nor strategy for client keys', () => {
    expect(ofrepResult.of(served).text).toContain('"rule_id":"r1","strategy_id":"s1"');
    expect(ofrepClientResult.of(served).text).not.toMatch(/r1|s1/);
  });
});
