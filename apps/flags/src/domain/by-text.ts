/** Compares objects by a text of theirs, by code unit. */
export const byText =
  <T>(textOf: (object: T) => string) =>
  (a: T, b: T): number =>
    textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0;
