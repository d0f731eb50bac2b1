import { FixedClock } from '#libs/testing';
import { FailedNetworks } from './failed-networks.js';

describe('FailedNetworks', () => {
  it('remembers a failure for five minutes, for every address of the network', () => {
    const clock = new FixedClock();
    const networks = new FailedNetworks(clock);
    networks.noteFailure(networks.of('2001:db8:1:2::1'));

    expect(networks.hasFailed(networks.of('2001:db8:1:2:ffff::9'))).toBe(true);
    expect(networks.hasFailed(networks.of('2001:db8:1:3::1'))).toBe(false);
    clock.advance(5 * 60_000 + 1);
    expect(networks.hasFailed(networks.of('2001:db8:1:2::1'))).toBe(false);
  });
});
