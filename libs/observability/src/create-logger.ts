import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { ambientFields, ambientTraceId } from './log-context.js';
import { redactText } from './redaction/patterns.js';
import { redactFields } from './redaction/redact-fields.js';

/** A pino logger: `logger.info({ org_id, duration_ms }, 'what happened')`. The field `err` holds an error. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Name of the process: the field `service` of each line. */
  readonly service: string;
  /** Least severe level that is written. Default: `info`. */
  readonly level?: string;
  /** Where lines are written. Default: standard output. */
  readonly destination?: DestinationStream;
  /** Returns the id of the trace that is active when a line is written. Default: that of `withLogContext`. */
  readonly traceId?: () => string | undefined;
}

/**
 * Writes JSON lines `{timestamp, level, message, trace_id?, service, context: {…}}`. Fields and messages are redacted by name and
 * by pattern before they are written; `child({ request_id })` adds fields to the context of each line, `withLogContext` to the lines
 * of one piece of work.
 */
export function createLogger({
  service,
  level = 'info',
  destination,
  traceId = ambientTraceId,
}: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: undefined,
      messageKey: 'message',
      nestedKey: 'context',
      timestamp: () => head(service, traceId?.()),
      // `redactFields` has already turned the error into a plain object.
      serializers: { err: (copy: unknown) => copy },
      formatters: { level: (label) => ({ level: label }) },
      hooks: { logMethod },
    },
    destination ?? pino.destination({ fd: 1, sync: false, minLength: 0 }),
  );
  return keepBindings(logger);
}

/** The redacted bindings of each child logger. pino itself would write them outside `context`, and unredacted. */
const bindingsOf = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** Replaces `child`. Child loggers inherit the replacement, so their children keep the bindings as well. */
function keepBindings(logger: Logger): Logger {
  const { child } = logger;
  const bind = function (this: Logger, bindings: object, ...rest: []): Logger {
    const created = child.call(this, {}, ...rest) as unknown as Logger;
    bindingsOf.set(created, { ...bindingsOf.get(this), ...redactFields(bindings) });
    return created;
  };
  return Object.assign(logger, { child: bind });
}

/** pino nests every field in `context`. `trace_id` and `service` belong outside it, so they are written with the timestamp. */
function head(service: string, traceId: string | undefined): string {
  const trace = traceId === undefined ? '' : `,"trace_id":${JSON.stringify(traceId)}`;
  return `,"timestamp":"${new Date().toISOString()}","service":${JSON.stringify(service)}${trace}`;
}

type LogCall = [unknown, ...unknown[]];

function logMethod(this: PinoLogger, args: LogCall, method: (...args: LogCall) => void): void {
  const [first, ...rest] = args;
  const texts = rest.map(redactPart);
  const context = contextOf(this);
  if (typeof first === 'string') {
    const message = redactText(first);
    return context === undefined
      ? method.apply(this, [message, ...texts])
      : method.apply(this, [context, message, ...texts]);
  }
  const fields = fieldsOf(first);
  if (first instanceof Error && texts.length === 0) texts.push((fields['err'] as { message: string }).message);
  method.apply(this, [{ ...context, ...fields }, ...texts]);
}

function contextOf(logger: PinoLogger): Readonly<Record<string, unknown>> | undefined {
  const [bindings, fields] = [bindingsOf.get(logger), ambientFields()];
  return fields === undefined ? bindings : { ...fields, ...bindings };
}

/** Values that pino would print in place of `%o`. */
function redactPart(part: unknown): unknown {
  if (typeof part === 'string') return redactText(part);
  return typeof part === 'object' && part !== null ? redactFields(part) : part;
}

function fieldsOf(first: unknown): Record<string, unknown> {
  if (first instanceof Error) return redactFields({ err: first });
  return typeof first === 'object' && first !== null ? redactFields(first) : {};
}
