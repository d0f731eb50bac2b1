import type { EvaluationContext } from '#libs/engine';
import type { Json, JsonObject } from '#libs/kernel';
import { checkSize, geoIn, isAbsent, readId, readText, requireObject, type Geo } from './context.js';

/** The identities in both spellings that OFREP clients use. */
const IDENTITIES: Readonly<Record<string, 'org_id' | 'session_id'>> = {
  orgId: 'org_id',
  org_id: 'org_id',
  sessionId: 'session_id',
  session_id: 'session_id',
};

/**
 * Converts OpenFeature's flat context: `targetingKey` is the user, `geo` the place, other fields are attributes. `null` for an
 * identity or a geo counts as absent. A `geo` with other fields than a place has is an attribute.
 * @throws AppError `invalid_context`, `context_too_large`
 */
export function fromOpenFeature(raw: unknown): EvaluationContext {
  const flat = requireObject(raw, 'context');
  const parts: { user_id?: string; org_id?: string; session_id?: string; geo?: Geo } = {};
  const attributes: Record<string, Json> = {};
  for (const name of Object.keys(flat)) {
    const value = flat[name]!;
    const identity = Object.hasOwn(IDENTITIES, name) ? IDENTITIES[name] : undefined;
    if (name === 'targetingKey') parts.user_id = readText(value, 'context.targetingKey');
    else if (identity !== undefined) parts[identity] = readId(value, `context.${name}`) ?? parts[identity];
    else if (name === 'geo' && isAbsent(value)) continue;
    else if (name === 'geo' && (parts.geo = geoIn(value)) !== undefined) continue;
    else attributes[name] = value;
  }
  checkSize(attributes);
  return { ...parts, attributes: attributes as JsonObject };
}
