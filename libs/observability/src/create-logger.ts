import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { redactFields, redactText } from './redaction/redact-fields.js';

/** pino's: `logger.info({ org_id, duration_ms }, 'what happened')`; `err` holds an error. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Which process speaks. */
  readonly service: string;
  readonly level?: string;
  /** Where lines go; the standard output unless said. */
  readonly destination?: DestinationStream;
  /** The trace that is under way where the line is written. */
  readonly traceId?: () => string | undefined;
}

/**
 * JSON lines `{timestamp, level, message, trace_id?, service, context: {…}}`. Fields and messages are redacted by name and by
 * pattern before they are written; `child({ request_id })` adds to the context.
 */
export function createLogger({ service, level = 'info', destination, traceId }: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: undefined,
      messageKey: 'message',
      nestedKey: 'context',
      timestamp: () => head(service, traceId?.()),
      // The redacted copy of an error is written as it is.
      serializers: { err: (copy: unknown) => copy },
      formatters: { level: (label) => ({ level: label }) },
      hooks: { logMethod },
    },
    destination ?? pino.destination({ fd: 1, sync: false, minLength: 0 }),
  );
  return keepBindings(logger);
}

/** What children add to the context. pino would write it beside the context, and as it is. */
const bound = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** Children inherit `child`, so their children keep bindings as well. */
function keepBindings(logger: Logger): Logger {
  const { child } = logger;
  const bind = function (this: Logger, bindings: object, ...rest: []): Logger {
    const made = child.call(this, {}, ...rest) as unknown as Logger;
    bound.set(made, { ...bound.get(this), ...redactFields(bindings) });
    return made;
  };
  return Object.assign(logger, { child: bind });
}

/** `trace_id` and `service` stand beside the context; pino nests every field, so they travel with the timestamp. */
function head(service: string, traceId: string | undefined): string {
  const trace = traceId === undefined ? '' : `,"trace_id":${JSON.stringify(traceId)}`;
  return `,"timestamp":"${new Date().toISOString()}","service":${JSON.stringify(service)}${trace}`;
}

type LogCall = [unknown, ...unknown[]];

function logMethod(this: PinoLogger, args: LogCall, method: (...args: LogCall) => void): void {
  const [first, ...rest] = args;
  const texts = rest.map((part) => (typeof part === 'string' ? redactText(part) : part));
  const context = bound.get(this);
  if (typeof first === 'string') {
    const message = redactText(first);
    return context === undefined
      ? method.apply(this, [message, ...texts])
      : method.apply(this, [context, message, ...texts]);
  }
  if (first instanceof Error && texts.length === 0) texts.push(redactText(first.message));
  method.apply(this, [{ ...context, ...fieldsOf(first) }, ...texts]);
}

function fieldsOf(first: unknown): Record<string, unknown> {
  if (first instanceof Error) return redactFields({ err: first });
  return typeof first === 'object' && first !== null ? redactFields(first) : {};
}
