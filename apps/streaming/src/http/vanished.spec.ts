import type { Socket } from 'node:net';
import { endpointOf, vanishedIn } from './vanished.js';

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17368 1 0000000027 100 0 0 10 0
   1: 0100007F:1F90 0A01A8C0:D431 01 00000134:00000000 01:000004E2 00000007     0        0 17369 3 0000000028 2560 4 24 1 -1
   2: 0100007F:1F90 0A01A8C0:D432 01 00000134:00000000 01:00000014 00000006     0        0 17370 2 0000000029 20 4 30 10 -1
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000A01A8C0:D431 01 00000134:00000000 01:00000014 0000000A     0        0 1 2 0 20 4 30 10 -1
   1: B80D0120000000000000000001000000:1F90 B80D0120000000000000000034120100:D431 01 00000134:00000000 01:00000014 0000000A     0        0 1 2 0 20 4 30 10 -1
`;
const socket = (remoteAddress: string, remotePort = 0xd431): Socket =>
  ({ remoteAddress, remotePort, localPort: 0x1f90 }) as Socket;

describe('vanished ends of connections', () => {
  it('are those with seven retransmissions without an answer', () => {
    const ends = vanishedIn(TCP);
    expect(ends).toEqual([endpointOf(socket('192.168.1.10'))]);
    expect(ends).not.toContain(endpointOf(socket('192.168.1.10', 0xd432)));
    expect(ends).not.toContain(endpointOf(socket('192.168.1.11')));
  });

  it('are found by their IPv6 address as well', () => {
    const ends = [endpointOf(socket('::ffff:192.168.1.10')), endpointOf(socket('2001:db8::1:1234'))];
    expect(vanishedIn(TCP6)).toEqual(ends);
  });

  it('are none when the table is empty', () => {
    expect(vanishedIn('')).toEqual([]);
  });
});
