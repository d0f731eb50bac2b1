import canonicalize from 'canonicalize';
import { jsonDiff } from '#libs/facts';
import { JsonTools } from '../application/ports.js';

export class LibraryJsonTools extends JsonTools {
  override canonical(value: unknown): string {
    const text = canonicalize(value);
    if (text === undefined) throw new TypeError('This is no JSON value');
    return text;
  }

  override diff(before: unknown, after: unknown): readonly object[] {
    return jsonDiff(before, after);
  }
}
