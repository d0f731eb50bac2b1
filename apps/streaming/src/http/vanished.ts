import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const ADDRESS_DIGITS = 8;
/**
 * Retransmissions in a row without an answer. Each waits twice as long as the one before, starting at 0.2 s on fast networks
 * (RFC 6298): 25 s in total; about a minute on networks with round trips of 0.2 s.
 */
const MAX_RETRANSMISSIONS = 7;

/** Identifies the other end of a connection in the system's table. */
export type Endpoint = string;

/** The ends of connections that have not acknowledged sent data for long; none on systems without `/proc/net`. */
export async function vanished(): Promise<ReadonlySet<Endpoint>> {
  const texts = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')));
  return new Set(texts.flatMap(vanishedIn));
}

/** Parses Linux's `/proc/net/tcp` or `tcp6`: addresses, state, queues, timer, retransmissions. */
export function vanishedIn(text: string): readonly Endpoint[] {
  const found: Endpoint[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [, local, remote, , , , retransmissions] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined) continue;
    if (Number.parseInt(retransmissions ?? '0', 16) >= MAX_RETRANSMISSIONS) found.push(named(local, remote));
  }
  return found;
}

/** The end of a socket, in the form of `vanished`. */
export function endpointOf({ localPort, remoteAddress = '', remotePort }: Socket): Endpoint {
  const bytes = remoteAddress.includes('.') ? ofIpv4(remoteAddress) : endOfIpv6(remoteAddress);
  return `${bytes
    .toReversed()
    .map((byte) => hex(byte))
    .join('')}:${hex(remotePort, 4)} ${hex(localPort, 4)}`;
}

/** Uses the last 32 bits of an IPv6 address: all of a mapped IPv4 address. */
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
