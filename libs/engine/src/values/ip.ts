/** An address as big-endian groups: 4 bytes for IPv4, 8 groups of 16 bits for IPv6. */
interface Address {
  readonly groups: readonly number[];
  readonly bitsPerGroup: 8 | 16;
}
export interface Cidr extends Address {
  readonly prefix: number;
}

const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const LONGEST_ADDRESS = 45;

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

/** The groups on one side of `::`; an address may end in a dotted quad. */
function ipv6Groups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const last = parts.at(-1)!;
  const tail = mayEndInIpv4 && last.includes('.') ? ipv4Bytes(last) : [];
  if (tail === undefined) return undefined;
  const head = tail.length === 0 ? parts : parts.slice(0, -1);
  if (!head.every((part) => GROUP.test(part))) return undefined;
  const words = tail.length === 0 ? [] : [tail[0]! * 256 + tail[1]!, tail[2]! * 256 + tail[3]!];
  return [...head.map((part) => Number.parseInt(part, 16)), ...words];
}

function ipv6Words(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = ipv6Groups(halves[0]!, halves.length === 1);
  const tail = ipv6Groups(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1) return missing === 0 ? head : undefined;
  return missing >= 1 ? [...head, ...new Array<number>(missing).fill(0), ...tail] : undefined;
}

const isMapped = (words: readonly number[]): boolean =>
  words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;

/** Parses an IPv4 or IPv6 address. An IPv4-mapped one (`::ffff:10.0.0.1`) becomes the IPv4 address. Zone ids are rejected. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined;
  const bytes = ipv4Bytes(text);
  if (bytes !== undefined) return { groups: bytes, bitsPerGroup: 8 };
  const words = text.includes(':') ? ipv6Words(text) : undefined;
  if (words === undefined) return undefined;
  if (!isMapped(words)) return { groups: words, bitsPerGroup: 16 };
  return { groups: words.slice(6).flatMap((word) => [word >> 8, word & 255]), bitsPerGroup: 8 };
}

/** Parses `10.1.0.0/16` or `2001:db8::/32`. Address bits beyond the prefix are ignored. */
export function parseCidr(value: unknown): Cidr | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_ADDRESS + 4) return undefined;
  const slash = value.indexOf('/');
  const suffix = value.slice(slash + 1);
  const address = slash < 0 || !/^(?:0|[1-9]\d{0,2})$/.test(suffix) ? undefined : parseAddress(value.slice(0, slash));
  if (address === undefined) return undefined;
  const mapped = address.bitsPerGroup === 8 && value.includes(':');
  const prefix = Number(suffix) - (mapped ? 96 : 0);
  return prefix < 0 || prefix > address.groups.length * address.bitsPerGroup ? undefined : { ...address, prefix };
}

/** Whether the address lies in the block. An IPv4 address is never in an IPv6 block, nor the other way round. */
export function isInCidr(cidr: Cidr, address: Address): boolean {
  if (cidr.bitsPerGroup !== address.bitsPerGroup) return false;
  let bitsLeft = cidr.prefix;
  for (let i = 0; bitsLeft > 0; i++, bitsLeft -= cidr.bitsPerGroup) {
    const shift = Math.max(0, cidr.bitsPerGroup - bitsLeft);
    if (cidr.groups[i]! >> shift !== address.groups[i]! >> shift) return false;
  }
  return true;
}
