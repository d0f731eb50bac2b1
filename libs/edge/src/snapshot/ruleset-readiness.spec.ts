import { PLATFORM } from '#libs/contracts';
import { ManualRulesets } from '#libs/testing';
import { RulesetReadiness } from './ruleset-readiness.js';

function setUp() {
  const rulesets = new ManualRulesets();
  let ms = 5_000;
  const readiness = new RulesetReadiness(rulesets, () => ms);
  return { rulesets, readiness, advance: (by: number) => void (ms += by) };
}

describe('RulesetReadiness', () => {
  it('fails while the rulesets of the platform are not held', async () => {
    const { rulesets, readiness } = setUp();
    readiness.start();

    expect(readiness.isInitialised).toBe(false);
    expect(() => readiness.check()).toThrow('no ruleset');
    await rulesets.require(PLATFORM);
    rulesets.confirmedAt += 1;
    expect(readiness.isInitialised).toBe(true);
    expect(() => readiness.check()).not.toThrow();
  });

  it('fails with a snapshot until it is confirmed', async () => {
    const { rulesets, readiness } = setUp();
    await rulesets.require(PLATFORM);
    readiness.start();

    expect(() => readiness.check()).toThrow('not confirmed');
    rulesets.confirmedAt += 1;
    expect(() => readiness.check()).not.toThrow();
  });

  it('passes with an unconfirmed snapshot after a second', async () => {
    const { rulesets, readiness, advance } = setUp();
    await rulesets.require(PLATFORM);
    readiness.start();

    advance(1_000);
    expect(() => readiness.check()).toThrow('not confirmed');
    advance(1);
    expect(() => readiness.check()).not.toThrow();
  });
});
