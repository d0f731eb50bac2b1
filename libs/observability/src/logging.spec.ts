import { Writable } from 'node:stream';
import { Secret } from '#libs/kernel';
import { createLogger, type Logger } from './create-logger.js';
import { redactText } from './redaction/redact-fields.js';

function recorded(level?: string): { logger: Logger; lines: Record<string, unknown>[]; text: () => string } {
  const texts: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      texts.push(chunk.toString());
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const logger = createLogger({ service: 'flags', level, destination, traceId: () => 'trace-1' });
  return { logger, lines, text: () => texts.join('') };
}
const key = `loom_flags_server_prod_${'0123456789'.repeat(4)}`;
const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('createLogger', () => {
  it('writes one JSON line with level, timestamp, service, trace id, context and message', () => {
    const { logger, lines } = recorded();
    logger.child({ request_id: 'r-1' }).info({ org_id: 'o-1', duration_ms: 3 }, 'done');

    expect(lines).toEqual([
      {
        level: 'info',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        service: 'flags',
        trace_id: 'trace-1',
        context: { request_id: 'r-1', org_id: 'o-1', duration_ms: 3 },
        message: 'done',
      },
    ]);
  });

  it('writes an error with its stack and its cause', () => {
    const { logger, lines } = recorded();
    logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');

    expect(lines[0]).toMatchObject({
      context: {
        err: { type: 'Error', message: 'outer', stack: expect.stringContaining('at '), cause: { message: 'inner' } },
      },
    });
  });

  it('redacts secrets by name and by pattern, in fields, errors, messages and bindings', () => {
    const { logger, text } = recorded();
    const secrets = [key, jwt, 'hunter2', 'ada@example.com', 'pg-pass', '4111 1111 1111 1111', '078-05-1120'];
    logger
      .child({ password: 'hunter2', url: 'postgres://u:pg-pass@h/db' })
      .info({ note: `card 4111 1111 1111 1111` }, `key ${key}`);
    logger.info(
      { headers: { authorization: `Bearer ${jwt}` }, deep: [{ newPassword: 'hunter2' }], key: new Secret('hunter2') },
      jwt,
    );
    logger.error(new Error(`no such user ada@example.com, 078-05-1120, ${key}`));
    logger.info({ email: 'ada@example.com', sessionId: 'hunter2' }, 'by %s', key);

    for (const secret of secrets) expect(text()).not.toContain(secret);
  });

  it('writes values that JSON cannot represent: circular references, bigint, invalid dates, bytes', () => {
    const { logger, lines } = recorded();
    const circle: Record<string, unknown> = { big: 1n, when: new Date(Number.NaN), bytes: Buffer.from('abc') };
    circle['self'] = circle;
    logger.info(circle, 'odd');

    expect(lines[0]).toMatchObject({ context: { big: '1', when: null, bytes: '[3 bytes]' } });
  });
});

describe('redactText', () => {
  it('does not change ids, times and versions', () => {
    const text =
      'flag checkout.new_flow of 01900000-0000-7000-8000-000000000001 at 2026-01-31T12:00:00.000Z, mi5xk2p00.12.345';
    expect(redactText(text)).toBe(text);
  });
});
