import { EventRow } from '#libs/contracts';

/** A NUL that JSON escapes: the backslash before `u0000` is not itself escaped. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;
const MAX_FAULTS = 3;

/** Why a row cannot be an event, in names of fields and without their values; `undefined` when nothing is known against it. */
export function rowFault(row: unknown): string | undefined {
  const { error } = EventRow.safeParse(row);
  if (error !== undefined) {
    return error.issues
      .slice(0, MAX_FAULTS)
      .map(({ path, message }) => [path.join('.'), message].filter((text) => text !== '').join(': '))
      .join('; ');
  }
  return NUL.test(JSON.stringify(row)) ? 'a text holds NUL, which the store cannot keep' : undefined;
}
