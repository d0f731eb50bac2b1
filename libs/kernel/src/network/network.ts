const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const IPV4_AND_PORT = /^(\d{1,3}(?:\.\d{1,3}){3}):\d*$/;
const IN_BRACKETS = /^\[([^\]]*)\](?::\d*)?$/;
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const GROUPS = 8;
/** A text that is no address stays as it is, up to this length: IPv6 with a zone is shorter. */
const MAX_LENGTH = 64;

/** An address without port, brackets and zone, as proxies write them: `1.2.3.4:5678`, `[2001:db8::1]:443`, `fe80::1%eth0`. */
export function addressOf(text: string): string {
  const trimmed = text.trim();
  const bare = IPV4_AND_PORT.exec(trimmed)?.[1] ?? IN_BRACKETS.exec(trimmed)?.[1] ?? trimmed;
  return bare.replace(/%.*$/s, '').slice(0, MAX_LENGTH);
}

/**
 * The network of one subscriber, for everything that is counted by address: an IPv4 address, or the /64 of an IPv6 address, of which
 * one subscriber has 2^64. One network has one text, however its addresses are written.
 */
export function networkOf(text: string): string {
  return prefixOf(addressOf(text), 4);
}

/** The /48 of an IPv6 address, up to which a subscriber may get many networks; `undefined` for IPv4. */
export function siteOf(text: string): string | undefined {
  const prefix = prefixOf(addressOf(text), 3);
  return prefix.includes(':') ? prefix : undefined;
}

/** The first groups of an IPv6 address; another text as it is, and a mapped IPv4 address as IPv4. */
function prefixOf(address: string, groups: number): string {
  const ipv4 = MAPPED.exec(address)?.[1];
  if (ipv4 !== undefined || IPV4.test(address) || !address.includes(':')) return ipv4 ?? address;
  const all = groupsOf(address);
  if (all === undefined) return address.toLowerCase();
  const [, , , , , marker, high = 0, low = 0] = all;
  const isMapped = all.slice(0, 5).every((group) => group === 0) && marker === 0xff_ff;
  if (isMapped) return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  return all.slice(0, groups).map((group) => group.toString(16)).join(':'); // prettier-ignore
}

/** The eight groups of an IPv6 address (RFC 4291, 2.2); `undefined` for other texts. */
function groupsOf(address: string): readonly number[] | undefined {
  const [head = '', tail, more] = address.split('::');
  if (more !== undefined) return undefined;
  const [first, last] = [numbersIn(head), numbersIn(tail ?? '')];
  const missing = GROUPS - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...first, ...Array.from({ length: missing }, () => 0), ...last];
  return all.every((group) => group >= 0) ? all : undefined;
}

/** -1 for what is no group. The last two groups may be written as an IPv4 address. */
function numbersIn(part: string): readonly number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (/^[0-9a-f]{1,4}$/i.test(group)) return [Number.parseInt(group, 16)];
    if (!IPV4.test(group)) return [-1];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
