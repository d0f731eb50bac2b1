import { ZodError } from 'zod';
import { redactText } from '#libs/observability';

const MAX_ISSUES = 5;

/**
 * Returns the reason of a dead letter. It quotes nothing of the payload but names of fields: the message of a JSON parser, which
 * quotes its input, is replaced, and other messages are redacted.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is not JSON';
  if (error instanceof ZodError) return error.issues.slice(0, MAX_ISSUES).map(issue).join('; ');
  return redactText(error instanceof Error ? error.message : String(error));
}

function issue({ path, message }: ZodError['issues'][number]): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
