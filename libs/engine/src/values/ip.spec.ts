import { isInCidr, parseAddress, parseCidr } from './ip.js';

describe('parseAddress', () => {
  it.each([
    ['10.0.0.1', [10, 0, 0, 1]],
    ['255.255.255.255', [255, 255, 255, 255]],
    ['::ffff:10.0.0.1', [10, 0, 0, 1]],
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['2001:db8::1', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1]],
    ['1:2:3:4:5:6:7::', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['64:ff9b::192.0.2.33', [0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x221]],
  ])('parses %s', (text, groups) => {
    expect(parseAddress(text)?.groups).toEqual(groups);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1.2',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    '::g',
    '1:2:3:4:5:6:7::8',
    'fe80::1%eth0',
    '1.2.3.4::',
    `${'0'.repeat(42)}::1`,
  ])('rejects %p', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('parseCidr', () => {
  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '::/129',
    '::ffff:10.0.0.0/95',
    7,
    null,
  ])('rejects %p', (value) => {
    expect(parseCidr(value)).toBeUndefined();
  });
});

describe('isInCidr', () => {
  const check = (cidr: string, address: string): boolean => isInCidr(parseCidr(cidr)!, parseAddress(address)!);

  it.each([
    ['10.1.0.0/16', '10.1.255.255'],
    ['10.1.2.3/16', '10.1.0.0'],
    ['10.128.0.0/9', '10.255.0.1'],
    ['0.0.0.0/0', '203.0.113.9'],
    ['10.0.0.1/32', '10.0.0.1'],
    ['2001:db8::/33', '2001:db8:7fff::1'],
    ['::ffff:10.0.0.0/104', '10.200.0.1'],
    ['10.0.0.0/8', '::ffff:10.200.0.1'],
  ])('%s includes %s', (cidr, address) => {
    expect(check(cidr, address)).toBe(true);
  });

  it.each([
    ['10.1.0.0/16', '10.2.0.0'],
    ['10.128.0.0/9', '10.127.255.255'],
    ['10.0.0.1/32', '10.0.0.2'],
    ['2001:db8::/33', '2001:db8:8000::1'],
    ['::/0', '10.0.0.1'],
    ['0.0.0.0/0', '2001:db8::1'],
  ])('%s does not include %s', (cidr, address) => {
    expect(check(cidr, address)).toBe(false);
  });
});
