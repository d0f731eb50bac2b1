import canonicalize from 'canonicalize';
import { create } from 'jsondiffpatch';
import { format } from 'jsondiffpatch/formatters/jsonpatch';
import { JsonTools } from '../application/ports.js';

// Moves would be shorter, and they are where patches of arrays go wrong: removing and adding is exact.
const differ = create({ arrays: { detectMove: false } });

export class LibraryJsonTools extends JsonTools {
  override canonical(value: unknown): string {
    const text = canonicalize(value);
    if (text === undefined) throw new TypeError('This is no JSON value');
    return text;
  }

  override diff(before: unknown, after: unknown): readonly object[] {
    const delta = differ.diff(before, after);
    return delta === undefined ? [] : format(delta);
  }
}
