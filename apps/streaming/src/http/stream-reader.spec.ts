import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { frame, type Frame } from '../application/frames.js';
import { StreamReader, type Tally } from './stream-reader.js';

const SECOND = 1_000;

/** A connection that takes what is written when a test says so. */
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

function open(answer = new Answer(), opening: readonly Frame[] = [told('v1')]) {
  const tally: Tally = { events: 0, bytes: 0, dropped: 0 };
  const reader = new StreamReader(answer as unknown as ServerResponse, tally);
  reader.open(opening);
  return { reader, answer, socket: answer.socket, tally };
}

function told(id: string, bytes = 0): Frame {
  return frame(id, { event: 'flag.updated', data: { pad: 'x'.repeat(bytes) } });
}

describe('a reader of a stream', () => {
  it('is sent each frame as a chunk, which is the same for all', () => {
    const [one, other] = [open(), open()];
    const event = told('v2');

    one.reader.write(event);
    other.reader.write(event);

    const chunk = `${event.bytes.length.toString(16)}\r\n${event.bytes.toString()}\r\n`;
    expect([one.socket.written.at(-1), other.socket.written.at(-1)]).toEqual([chunk, chunk]);
    expect(one.tally).toEqual({ events: 2, bytes: told('v1').bytes.length + event.bytes.length, dropped: 0 });
  });

  it('is sent bare frames where the answer has no chunks', () => {
    const { answer, reader } = open(new Answer(false));
    reader.write(told('v2'));
    expect(answer.written).toEqual([told('v1').bytes.toString(), told('v2').bytes.toString()]);
    expect(answer.socket.written).toEqual([]);
  });

  it('has acknowledged what was told before its backlog began, and all when there is none', () => {
    const { reader, socket } = open();
    const acknowledged = [reader.acknowledged('v1')];
    socket.take();
    acknowledged.push(reader.acknowledged('v1'));
    for (const id of ['v2', 'v2', 'v3']) reader.write(told(id));
    acknowledged.push(reader.acknowledged('v3'));
    socket.take();
    acknowledged.push(reader.acknowledged('v3'));

    expect(acknowledged).toEqual([undefined, 'v1', 'v1', 'v3']);
  });

  it('has not acknowledged a version of which only the first event was taken', () => {
    const { reader, socket } = open();
    socket.take();
    reader.write(told('v2'));
    socket.take();
    reader.write(told('v2'));
    expect(reader.acknowledged('v2')).toBe('v1');
  });

  it('is dropped when 256 KiB wait for it, and told nothing after that', () => {
    const { reader, socket, tally } = open();
    for (let i = 0; i < 10; i += 1) reader.write(told(`v${i}`, 32 * 1_024));
    const written = socket.written.length;
    reader.write(told('v20'));
    reader.end(told('v21'));

    expect(socket.isReset).toBe(true);
    expect(tally.dropped).toBe(1);
    expect(socket.written).toHaveLength(written);
  });

  it('may take its time with a large beginning', () => {
    const { reader, socket } = open(new Answer(), [told('v1', 1_024 * 1_024)]);
    reader.write(told('v2'));
    socket.take();
    const isKept = !socket.isReset;
    for (let i = 3; i < 13; i += 1) reader.write(told(`v${i}`, 32 * 1_024));

    expect([isKept, socket.isReset]).toEqual([true, true]);
  });

  it('is dropped when it takes nothing for a minute, and kept while it takes something', () => {
    const [gone, slow] = [open(), open()];
    for (let s = 0; s <= 120; s += 1) {
      slow.socket.take(1);
      for (const { reader } of [gone, slow]) if (s <= 60 || reader === slow.reader) reader.dropStalled(s * SECOND);
      if (s === 59) expect(gone.socket.isReset).toBe(false);
    }
    expect([gone.socket.isReset, slow.socket.isReset]).toEqual([true, false]);
  });

  it('is not dropped for silence when nothing waits for it', () => {
    const { reader, socket } = open();
    socket.take();
    for (let s = 0; s <= 600; s += 1) reader.dropStalled(s * SECOND);
    expect(socket.isReset).toBe(false);
  });

  it('ends once, with a last word', () => {
    const { reader, answer, socket } = open();
    reader.end(told('v2'));
    reader.end(told('v3'));
    reader.write(told('v4'));

    expect(answer.ended).toBe(told('v2').bytes.toString());
    expect(socket.written).toHaveLength(1);
  });
});
