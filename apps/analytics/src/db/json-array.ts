const JSON_OID = 114;
const HEADER_BYTES = 20;

/**
 * A `json[]` in Postgres' binary format (array_recv in arrayfuncs.c): number of dimensions, a flag for nulls, type of the elements,
 * length and first index of the dimension, then each element after its length. The texts are sent to Postgres unchanged, neither
 * decoded nor escaped.
 */
export function jsonArray(texts: readonly Uint8Array[]): Buffer {
  const bytes = texts.reduce((sum, { length }) => sum + 4 + length, HEADER_BYTES);
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const number of [1, 0, JSON_OID, texts.length, 1]) at = buffer.writeInt32BE(number, at);
  for (const text of texts) {
    at = buffer.writeInt32BE(text.length, at);
    buffer.set(text, at);
    at += text.length;
  }
  return buffer;
}
