import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const ADDRESS_DIGITS = 8;
/**
 * So many retransmissions in a row without an answer: each waits twice as long as the one before, from 0.2 s where answers are
 * quick (RFC 6298), which makes 25 s; about a minute where they take 0.2 s.
 */
const MAX_RETRANSMISSIONS = 7;

/** What identifies the other end of a connection in the system's table. */
export type Endpoint = string;

/** Ends of connections that have not acknowledged anything for long, though something was sent; none where there is no such table. */
export async function vanished(): Promise<ReadonlySet<Endpoint>> {
  const texts = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')));
  return new Set(texts.flatMap(vanishedIn));
}

/** Out of the text of Linux's `/proc/net/tcp` or `tcp6`: addresses, state, queues, timer, retransmissions. */
export function vanishedIn(text: string): readonly Endpoint[] {
  const found: Endpoint[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [, local, remote, , , , retransmissions] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined) continue;
    if (Number.parseInt(retransmissions ?? '0', 16) >= MAX_RETRANSMISSIONS) found.push(named(local, remote));
  }
  return found;
}

/** As `vanished` names it. */
export function endpointOf({ localPort, remoteAddress = '', remotePort }: Socket): Endpoint {
  const bytes = remoteAddress.includes('.') ? ofIpv4(remoteAddress) : endOfIpv6(remoteAddress);
  return `${bytes
    .toReversed()
    .map((byte) => hex(byte))
    .join('')}:${hex(remotePort, 4)} ${hex(localPort, 4)}`;
}

/** Of an IPv6 address the last 32 bits: of a mapped IPv4 one that is all of it. */
function named(local: string, remote: string): Endpoint {
  const [address = '', port = ''] = remote.split(':');
  return `${address.slice(-ADDRESS_DIGITS)}:${port} ${local.split(':')[1]}`;
}

function ofIpv4(address: string): number[] {
  return address.slice(address.lastIndexOf(':') + 1).split('.').map(Number); // prettier-ignore
}

function endOfIpv6(address: string): number[] {
  const groups = address.split(':').slice(-2).map((group) => Number.parseInt(group || '0', 16)); // prettier-ignore
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

function hex(value = 0, digits = 2): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
