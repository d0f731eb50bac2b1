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
  it('is the message on its original subject, with its headers and the id of the dead letter', () => {
    expect(replayOf(aLetter())).toEqual({
      subject: 'environment.created.o1',
      payload: '{"é":1}',
      headers: { 'ce-id': 'f1', 'loom-replay-of': '7-abc' },
    });
  });

  it.each([
    ['its consumer no longer exists', { consumer: 'a-removed-consumer' }],
    ['its consumer consumes other subjects', { subject: 'flag.created.o1' }],
    ['its subject is a pattern', { subject: 'environment.created.*' }],
    ['its subject belongs to the NATS server', { subject: '$JS.API.STREAM.DELETE.AUDIT' }],
    ['its message was too large to be kept', { message: undefined }],
    ['its message is not UTF-8', { message: bytes(0xff, 0xfe) }],
    ['its message contains NUL, which Postgres rejects', { message: bytes(0x61, 0) }],
  ])('is refused when %s', (_why, over) => {
    expect(() => replayOf(aLetter(over))).toThrow(expect.objectContaining({ code: 'conflict' }));
  });
});
