import { createServer, type ServerResponse } from 'node:http';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { parseFloorSettings } from './floor-settings.js';

/** The floor's second process: writes each message of the subject, framed once, to the sockets of all readers. */
const { nats, subject, port } = parseFloorSettings(process.env);
const readers = new Set<ServerResponse>();

function frame(text: string): Buffer {
  const event = `event: patch\ndata: ${text}\n\n`;
  return Buffer.from(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
}

async function listenToChanges(): Promise<NatsConnection> {
  const connection = await connect(nats);
  connection.subscribe(subject, {
    callback: (_error, message) => {
      const bytes = frame(message.string());
      for (const { socket } of readers) socket?.write(bytes);
    },
  });
  await connection.flush();
  return connection;
}

const connection = await listenToChanges();
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  readers.add(response);
  request.on('close', () => readers.delete(response));
});
server.listen(port, '127.0.0.1', () => process.send?.('ready'));

process.once('disconnect', () => {
  server.closeAllConnections();
  server.close();
  void connection.close();
});
