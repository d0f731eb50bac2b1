/** Thrown when a document cannot be compiled because its content is invalid. */
export class Uncompilable extends Error {}
