import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { frame, type Frame } from '../application/frames.js';
import { StreamReader, type Tally } from './stream-reader.js';

const SECOND = 1_000;

/** A connection that takes bytes when the test calls `take`. */
class SlowSocket {
  readonly written: string[] = [];
  writableLength = 0;
  isReset = false;

  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  write(bytes: Buffer): void {
    this.written.push(bytes.toString());
    this.writableLength += bytes.length;
  }
  take(bytes = this.writableLength): void {
    this.writableLength -= bytes;
  }
  resetAndDestroy(): void {
    this.isReset = true;
  }
}

class Answer extends EventEmitter {
  readonly socket = new SlowSocket();
  readonly written: string[] = [];
  ended: string | undefined;

  constructor(readonly chunkedEncoding = true) {
    super();
  }
  get writableLength(): number {
    return this.socket.writableLength;
  }
  write(bytes: Buffer): void {
    this.written.push(bytes.toString());
  }
  end(bytes?: Buffer): void {
    this.ended = bytes?.toString() ?? '';
  }
}

function open(answer = new Answer(), opening: readonly Frame[] = [sent('v1')]) {
  const tally: Tally = { events: 0, bytes: 0, dropped: 0 };
  const reader = new StreamReader(answer as unknown as ServerResponse, tally);
  reader.open(opening);
  return { reader, answer, socket: answer.socket, tally };
}

function sent(id: string, bytes = 0): Frame {
  return frame(id, { event: 'flag.updated', data: { pad: 'x'.repeat(bytes) } });
}

describe('a reader of a stream', () => {
  it('receives each frame as a chunk, the same for all readers', () => {
    const [one, other] = [open(), open()];
    const event = sent('v2');

    one.reader.write(event);
    other.reader.write(event);

    const chunk = `${event.bytes.length.toString(16)}\r\n${event.bytes.toString()}\r\n`;
    expect([one.socket.written.at(-1), other.socket.written.at(-1)]).toEqual([chunk, chunk]);
    expect(one.tally).toEqual({ events: 2, bytes: sent('v1').bytes.length + event.bytes.length, dropped: 0 });
  });

  it('receives bare frames when the answer is not chunked', () => {
    const { answer, reader } = open(new Answer(false));
    reader.write(sent('v2'));
    expect(answer.written).toEqual([sent('v1').bytes.toString(), sent('v2').bytes.toString()]);
    expect(answer.socket.written).toEqual([]);
  });

  it('has acknowledged the version before its backlog, and the current one without a backlog', () => {
    const { reader, socket } = open();
    const acknowledged = [reader.acknowledged('v1')];
    socket.take();
    acknowledged.push(reader.acknowledged('v1'));
    for (const id of ['v2', 'v2', 'v3']) reader.write(sent(id));
    acknowledged.push(reader.acknowledged('v3'));
    socket.take();
    acknowledged.push(reader.acknowledged('v3'));

    expect(acknowledged).toEqual([undefined, 'v1', 'v1', 'v3']);
  });

  it('has not acknowledged a version of which only the first event was taken', () => {
    const { reader, socket } = open();
    socket.take();
    reader.write(sent('v2'));
    socket.take();
    reader.write(sent('v2'));
    expect(reader.acknowledged('v2')).toBe('v1');
  });

  it('is dropped when 256 KiB wait for it, and receives nothing after that', () => {
    const { reader, socket, tally } = open();
    for (let i = 0; i < 10; i += 1) reader.write(sent(`v${i}`, 32 * 1_024));
    const written = socket.written.length;
    reader.write(sent('v20'));
    reader.end(sent('v21'));

    expect(socket.isReset).toBe(true);
    expect(tally.dropped).toBe(1);
    expect(socket.written).toHaveLength(written);
  });

  it('is not dropped for a large opening', () => {
    const { reader, socket } = open(new Answer(), [sent('v1', 1_024 * 1_024)]);
    reader.write(sent('v2'));
    socket.take();
    const isKept = !socket.isReset;
    for (let i = 3; i < 13; i += 1) reader.write(sent(`v${i}`, 32 * 1_024));

    expect([isKept, socket.isReset]).toEqual([true, true]);
  });

  it('is dropped when it takes nothing for a minute, and kept while it takes bytes', () => {
    const [gone, slow] = [open(), open()];
    for (let s = 0; s <= 120; s += 1) {
      slow.socket.take(1);
      for (const { reader } of [gone, slow]) if (s <= 60 || reader === slow.reader) reader.dropStalled(s * SECOND);
      if (s === 59) expect(gone.socket.isReset).toBe(false);
    }
    expect([gone.socket.isReset, slow.socket.isReset]).toEqual([true, false]);
  });

  it('is not dropped while nothing waits for it', () => {
    const { reader, socket } = open();
    socket.take();
    for (let s = 0; s <= 600; s += 1) reader.dropStalled(s * SECOND);
    expect(socket.isReset).toBe(false);
  });

  it('ends once, with the last frame', () => {
    const { reader, answer, socket } = open();
    reader.end(sent('v2'));
    reader.end(sent('v3'));
    reader.write(sent('v4'));

    expect(answer.ended).toBe(sent('v2').bytes.toString());
    expect(socket.written).toHaveLength(1);
  });
});
