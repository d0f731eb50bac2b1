/** Where ids come from: UUIDv7 in production, so that they order by time. A port, so that tests know them beforehand. */
export abstract class Ids {
  abstract next(): string;
}
