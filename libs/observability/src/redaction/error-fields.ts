/**
 * Fields of errors that are logged. All others are left out, since libraries attach what they were given: TypeORM `parameters`, pg
 * `detail` and `where` (values of a row), ioredis `command` (arguments).
 */
const SAFE_FIELDS = [
  'code',
  'status',
  'statusCode',
  'details',
  'retryable',
  'severity',
  'schema',
  'table',
  'column',
  'constraint',
  'dataType',
  'routine',
  'position',
  'query',
  'errno',
  'syscall',
  'hostname',
  'port',
  'subject',
  'cause',
  'errors',
] as const;
/** SQLSTATE class 22, data exceptions: their messages quote the value. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;
const QUOTED_VALUE = /"[\s\S]*"/;
const VALUE = '"[value]"';
const NOT_JSON = 'The text is not JSON';

/** Returns the parts of an error that may be logged, as a plain object: type, message, stack, cause and `SAFE_FIELDS`. */
export function errorFields(error: Error): object {
  const message = safeMessage(error);
  const stack = error.stack?.replace(error.message, () => message);
  const fields = SAFE_FIELDS.flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { type: error.name, message, ...Object.fromEntries(fields), stack };
}

/** V8 quotes the text that is not JSON, and Postgres the value that does not fit its column. */
function safeMessage(error: Error): string {
  if (error instanceof SyntaxError && error.message.includes('JSON')) return NOT_JSON;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' && DATA_EXCEPTION.test(code)) return error.message.replace(QUOTED_VALUE, VALUE);
  return error.message;
}
