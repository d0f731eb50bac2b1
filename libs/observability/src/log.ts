/** The methods of `Logger` that libs call: tests pass an object with three functions. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
