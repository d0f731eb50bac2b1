/** The body of a command that needs no words: `{}`, or none at all. */
export class NoFieldsBody {}
