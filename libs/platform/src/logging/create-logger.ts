import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { redactFields, redactText } from './redact.js';

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
  return pino(
    {
      level,
      base: undefined,
      messageKey: 'message',
      nestedKey: 'context',
      timestamp: () => head(service, traceId?.()),
      serializers: {},
      formatters: { level: (label) => ({ level: label }), bindings: redactFields },
      hooks: { logMethod },
    },
    destination ?? pino.destination({ fd: 1, sync: false, minLength: 0 }),
  );
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
  if (typeof first === 'string') return method.apply(this, [redactText(first), ...texts]);
  const fields = first instanceof Error ? { err: first } : first;
  if (first instanceof Error && texts.length === 0) texts.push(redactText(first.message));
  method.apply(this, [typeof fields === 'object' && fields !== null ? redactFields(fields) : fields, ...texts]);
}
