// Bounds of the work that one operator does, whatever values it is given. A value beyond its bound matches nothing.

/** Elements of a list. */
export const MAX_ELEMENTS = 10_000;
/** UTF-16 units of a string. */
export const MAX_TEXT = 65_536;
/** Elements and fields of a JSON value that is compared with another. */
export const MAX_NODES = 10_000;
