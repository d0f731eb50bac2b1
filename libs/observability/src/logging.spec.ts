import { Writable } from 'node:stream';
import { Secret } from '#libs/kernel';
import { createLogger, type Logger } from './create-logger.js';
import { redactText } from './redaction/patterns.js';

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

  it('writes no value that a library attached to an error: parameters, rows, arguments of commands', () => {
    const { logger, text, lines } = recorded();
    const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g';
    const driverError = Object.assign(new Error('duplicate key'), { detail: 'Key (email)=(plain-value) exists' });
    const failed = Object.assign(new Error('duplicate key'), {
      query: 'insert into person values ($1, $2)',
      parameters: ['plain-value', hash],
      detail: 'Key (email)=(plain-value) exists',
      where: 'COPY person, line 1: "plain-value"',
      code: '23505',
      constraint: 'person_email',
      driverError,
    });
    const command = Object.assign(new Error('WRONGTYPE'), { command: { name: 'set', args: ['k', 'plain-value'] } });
    logger.error({ err: failed }, 'a statement failed');
    logger.error({ err: new Error('outer', { cause: command }) }, 'a command failed');
    logger.error({ err: new AggregateError([command], 'all failed') }, `the hash is ${hash}`);

    expect(text()).not.toContain('plain-value');
    expect(text()).not.toContain('c2FsdHNhbHQ');
    expect(lines[0]).toMatchObject({
      context: { err: { code: '23505', constraint: 'person_email', query: 'insert into person values ($1, $2)' } },
    });
  });

  it('writes no value that a message quotes, in neither message nor stack', () => {
    const { logger, text } = recorded();
    const quoted = Object.assign(new Error('invalid input syntax for type uuid: "plain-value"'), { code: '22P02' });
    logger.error(quoted);
    try {
      JSON.parse('plain-value');
    } catch (error) {
      logger.error({ err: error }, 'unreadable');
    }

    expect(text()).not.toContain('plain-v');
    expect(text()).toContain('invalid input syntax for type uuid: \\"[value]\\"');
  });

  it('redacts objects that a message formats', () => {
    const { logger, text } = recorded();
    logger.info('signed in: %o', { password: 'hunter2' });
    logger.info({ a: 1 }, 'signed in: %j', { email: 'ada@example.com' });

    expect(text()).not.toMatch(/hunter2|ada@/);
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
  it.each([
    `the key ${key} stopped working`,
    `loom_api_${'0a'.repeat(20)}`,
    jwt,
    'Authorization: Basic dXNlcjpwYXNz',
    'hash $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    'at postgres://loom:geheim@db/loom',
    'open https://loom.test/invite#token=AbCdEf123456',
    'password: hunter2!',
    'the token is Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYm9',
    'ghp_0123456789abcdefghijABCDEFGHIJ',
    '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----',
    'asked by ada@example.com',
    'call +49 170 1234567',
  ])('redacts %s', (text) => {
    expect(redactText(text)).toContain('[redacted]');
    expect(redactText(text)).not.toMatch(/0123456789|sdWIi|dXNlc|c2FsdA|geheim|AbCdEf|hunter2|Zm9v|MIIB|ada@|1234567/);
  });

  it('leaves no half of a credential where it cuts a text', () => {
    const text = `${'x '.repeat(4_090)}ada.lovelace@example.com ${'y'.repeat(5_000)}`;

    expect(redactText(text)).not.toContain('ada.');
  });

  it('takes milliseconds for the longest text of any kind', () => {
    const texts = [
      'a@',
      '1234 ',
      'eyJ',
      'loom_flags_a_',
      '-----BEGIN PRIVATE KEY-----',
      '?token=',
      'password=',
      'aB1',
      '+1 (',
    ];
    const startedAt = performance.now();
    for (const text of texts) redactText(text.repeat(20_000));

    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('does not change ids, times and versions', () => {
    const text =
      'flag checkout.new_flow of 01900000-0000-7000-8000-000000000001 at 2026-01-31T12:00:00.000Z, mi5xk2p00.12.345';
    expect(redactText(text)).toBe(text);
  });
});
