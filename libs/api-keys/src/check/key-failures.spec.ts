import { FixedClock } from '#libs/testing';
import { KeyFailures } from './key-failures.js';

const LOOKUP = '000000000001';

describe('KeyFailures', () => {
  it('ranks the only attempt of a network first, and attempts after a failure last', () => {
    const clock = new FixedClock();
    const failures = new KeyFailures(clock);

    const first = failures.begin(LOOKUP, '203.0.113.1');
    const second = failures.begin(LOOKUP, '203.0.113.1');
    const elsewhere = failures.begin(LOOKUP, '198.51.100.1');
    expect([first.rank, second.rank, elsewhere.rank]).toEqual(['known', 'usual', 'known']);

    first.forget();
    second.failed();
    expect(failures.begin(LOOKUP, '203.0.113.1')).toMatchObject({ rank: 'suspect', isSuspect: true });
    clock.advance(60_000);
    expect(failures.begin(LOOKUP, '203.0.113.9').rank).toBe('known');
  });

  it('counts the addresses of one IPv6 network as one', () => {
    const failures = new KeyFailures(new FixedClock());
    failures.begin(LOOKUP, '2001:db8::1').failed();

    expect(failures.begin(LOOKUP, '2001:db8::ffff').rank).toBe('suspect');
  });
});
