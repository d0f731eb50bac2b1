import { EventRow } from '#libs/contracts';

/** A NUL as JSON escapes it: the backslash before `u0000` is not itself escaped. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;
const MAX_FAULTS = 3;

/** Why a row is not a valid event, with names of fields and without their values; `undefined` when no fault is found. */
export function rowFault(row: unknown): string | undefined {
  const { error } = EventRow.safeParse(row);
  if (error !== undefined) {
    return error.issues
      .slice(0, MAX_FAULTS)
      .map(({ path, message }) => [path.join('.'), message].filter((text) => text !== '').join(': '))
      .join('; ');
  }
  return NUL.test(JSON.stringify(row)) ? 'a text contains NUL, which Postgres cannot store' : undefined;
}
