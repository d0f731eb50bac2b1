import { ZodError } from 'zod';
import { redactText } from '#libs/observability';

const MAX_ISSUES = 5;

/**
 * Why something failed, for dead letters. Of what was sent it says nothing but names of fields: the message of a JSON parser
 * quotes its input, that of anything else is redacted.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'it is not JSON';
  if (error instanceof ZodError) return error.issues.slice(0, MAX_ISSUES).map(issue).join('; ');
  return redactText(error instanceof Error ? error.message : String(error));
}

function issue({ path, message }: ZodError['issues'][number]): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}
