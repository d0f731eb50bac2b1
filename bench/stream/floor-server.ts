import 'reflect-metadata';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Module, Sse, type MessageEvent } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Subject, type Observable } from 'rxjs';

/** The floors: an event framed once and written to the sockets of all readers; and Nest's `@Sse`. A message is a fan-out. */
const PAD = 'x'.repeat(120);
const events = new Subject<MessageEvent>();

function framedOnce(): void {
  const readers = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    response.flushHeaders();
    response.socket?.setNoDelay(true);
    readers.add(response);
    response.on('close', () => readers.delete(response));
  });
  process.on('message', () => {
    const event = `id: 1\nevent: patch\ndata: ${JSON.stringify({ key: 'checkout', pad: PAD })}\n\n`;
    const bytes = Buffer.from(`${event.length.toString(16)}\r\n${event}\r\n`);
    for (const { socket } of readers) socket?.write(bytes);
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

@Controller()
class EventsController {
  @Sse('/')
  events(): Observable<MessageEvent> {
    return events;
  }
}
@Module({ controllers: [EventsController] })
class EventsModule {}

async function nestSse(): Promise<void> {
  const app = await NestFactory.create<NestFastifyApplication>(EventsModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  process.on('message', () => events.next({ id: '1', type: 'patch', data: { key: 'checkout', pad: PAD } }));
  process.send?.((app.getHttpServer().address() as AddressInfo).port);
}

process.once('disconnect', () => process.exit(0));
if (process.env['FLOOR_MODE'] === 'nest') await nestSse();
else framedOnce();
