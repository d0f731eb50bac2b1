/** Source of ids: UUIDv7 in production, ordered by time. A port, so that tests have predictable ids. */
export abstract class Ids {
  abstract next(): string;
}
