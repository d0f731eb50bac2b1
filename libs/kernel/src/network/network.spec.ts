import fc from 'fast-check';
import { addressOf, networkOf, siteOf } from './network.js';

describe('addressOf', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4:5678', '1.2.3.4'],
    [' 1.2.3.4:5678 ', '1.2.3.4'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', 'unknown'],
    ['x'.repeat(500), 'x'.repeat(64)],
    ['', ''],
  ])('of %j is %j', (text, address) => {
    expect(addressOf(text)).toBe(address);
  });
});

describe('networkOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:80', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:80', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
    ['[2001:db8:1:2::9]:443', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
    ['1::2::3', '1::2::3'],
    ['no:address', 'no:address'],
  ])('maps %s to %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('gives all addresses of a /64 the same text, and those of another /64 another one', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const groups = (length: number) => fc.array(group, { minLength: length, maxLength: length });
    const written = fc.constantFrom(
      (all: number[]) => all.map((one) => one.toString(16)).join(':'),
      (all: number[]) => all.map((one) => one.toString(16).padStart(4, '0').toUpperCase()).join(':'),
      (all: number[]) => new URL(`http://[${all.map((one) => one.toString(16)).join(':')}]`).hostname,
    );
    const network = fc
      .tuple(fc.integer({ min: 0x20_00, max: 0x3f_ff }), groups(3))
      .map(([first, rest]) => [first, ...rest]);
    const hosts = fc.tuple(groups(4), groups(4));
    fc.assert(
      fc.property(network, network, hosts, written, written, (one, other, [first, second], write, rewrite) => {
        const [a, b] = [networkOf(write([...one, ...first])), networkOf(rewrite([...one, ...second]))];
        const c = networkOf(write([...other, ...second]));
        return a === b && (a === c) === (one.join() === other.join());
      }),
    );
  });
});

describe('siteOf', () => {
  it.each([
    ['2001:db8:1:2::9', '2001:db8:1'],
    ['2001:db8:1:ffff::9', '2001:db8:1'],
    ['192.0.2.1', undefined],
    ['::ffff:192.0.2.1', undefined],
    ['unknown', undefined],
  ])('maps %s to %s', (address, site) => {
    expect(siteOf(address)).toBe(site);
  });
});
