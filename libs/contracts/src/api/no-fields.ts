/** The body of a command without fields: `{}` or empty. */
export class NoFieldsBody {}
