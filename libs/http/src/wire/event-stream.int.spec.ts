import { connect, type AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate as turn } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { createLogger } from '#libs/observability';
import { createHttp } from '../nest/create-http.js';
import { openEventStream } from './event-stream.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe('an event stream', () => {
  it('does not keep the request, its headers and the reply in memory', async () => {
    const http = createHttp({ service: 'test', logger: createLogger({ service: 'test', level: 'silent' }) });
    const parts: WeakRef<object>[] = [];
    const streams: ServerResponse[] = [];
    http.get('/stream', { config: { access: { kind: 'public' } } }, (request, reply) => {
      parts.push(new WeakRef(request), new WeakRef(reply), new WeakRef(request.raw.headers));
      streams.push(openEventStream(reply));
    });
    await http.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((http.server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));

    let held = parts.length;
    for (let i = 0; i < 50 && held > 0; i += 1) {
      await turn();
      collect();
      held = parts.filter((part) => part.deref() !== undefined).length;
    }
    const ended = new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())));
    streams[0]!.end('data: x\n\n');

    expect([parts.length, held]).toEqual([3, 0]);
    expect(await ended).toContain('data: x');
    socket.destroy();
    await http.close();
  }, 20_000);
});
