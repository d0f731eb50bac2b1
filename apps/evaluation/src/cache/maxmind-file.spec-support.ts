/** What a MaxMind file holds of an IPv4 network. */
type Record = { readonly [name: string]: string | number | Record | readonly Record[] };

const bytes = (value: number, length: number): number[] =>
  Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) & 255);
const control = (type: number, size: number): number[] => (type <= 7 ? [(type << 5) | size] : [size, type - 7]);

/** The data section (MaxMind DB format 2.0): strings, unsigned numbers, lists and maps of less than 29 entries or bytes. */
function encode(value: Record[string] | readonly string[]): number[] {
  if (typeof value === 'string') return [...control(2, Buffer.byteLength(value)), ...Buffer.from(value)];
  if (typeof value === 'number') return [...control(6, 4), ...bytes(value, 4)];
  if (Array.isArray(value)) return [...control(11, value.length), ...(value as Record[]).flatMap(encode)];
  const fields = Object.entries(value as Record);
  return [...control(7, fields.length), ...fields.flatMap(([name, inner]) => [...encode(name), ...encode(inner)])];
}

/** A MaxMind file in which the one network `a.0.0.0/8` is known. */
export function maxmindFile(firstByte: number, record: Record): Buffer {
  const nodes = 8;
  const found = nodes + 16;
  const tree = Array.from({ length: nodes }, (_, depth) => {
    const next = depth === nodes - 1 ? found : depth + 1;
    return (firstByte >> (7 - depth)) & 1 ? [...bytes(nodes, 3), ...bytes(next, 3)] : [...bytes(next, 3), ...bytes(nodes, 3)];
  }).flat(); // prettier-ignore
  const metadata = encode({
    binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1, database_type: 'City',
    description: { en: 'test' }, ip_version: 4, languages: [], node_count: nodes, record_size: 24,
  }); // prettier-ignore
  const marker = [0xab, 0xcd, 0xef, ...Buffer.from('MaxMind.com')];
  return Buffer.from([...tree, ...new Array<number>(16).fill(0), ...encode(record), ...marker, ...metadata]);
}
