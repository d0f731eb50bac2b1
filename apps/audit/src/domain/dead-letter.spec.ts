import { replayOf, type DeadLetter } from './dead-letter.js';

const aLetter = (over: Partial<DeadLetter> = {}): DeadLetter => ({
  id: '7-abc',
  consumer: 'flags-environments',
  subject: 'environment.created.o1',
  reason: 'a bug',
  attempts: 6,
  at: '2026-01-01T00:00:00.000Z',
  messageId: 'f1',
  part: undefined,
  message: { data: Buffer.from('{"é":1}'), headers: { 'ce-id': 'f1' } },
  ...over,
});
const bytes = (...data: number[]): DeadLetter['message'] => ({ data: Uint8Array.from(data), headers: {} });

describe('a replay', () => {
  it('is the message on its own subject, with its headers and what it is a replay of', () => {
    expect(replayOf(aLetter())).toEqual({
      subject: 'environment.created.o1',
      payload: '{"é":1}',
      headers: { 'ce-id': 'f1', 'loom-replay-of': '7-abc' },
    });
  });

  it.each([
    ['its consumer is gone', { consumer: 'nobody' }],
    ['its consumer takes other subjects', { subject: 'flag.created.o1' }],
    ['the subject is none that can be published', { subject: 'environment.created.*' }],
    ['the subject is one of the server', { subject: '$JS.API.STREAM.DELETE.AUDIT' }],
    ['it was too large to be kept', { message: undefined }],
    ['it is not UTF-8', { message: bytes(0xff, 0xfe) }],
    ['Postgres would not take it', { message: bytes(0x61, 0) }],
  ])('is refused when %s', (_why, over) => {
    expect(() => replayOf(aLetter(over))).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});
