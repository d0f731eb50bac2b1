/** A document that no evaluation can make sense of. */
export class Uncompilable extends Error {}
