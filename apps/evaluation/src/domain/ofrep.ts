import type { EvaluationContext } from '#libs/engine';
import type { Json, JsonObject } from '#libs/kernel';
import { checkSize, requireObject, requireText } from './context.js';

/** The identities in both spellings that OFREP clients use. */
const IDENTITIES: Readonly<Record<string, 'user_id' | 'org_id' | 'session_id'>> = {
  targetingKey: 'user_id',
  orgId: 'org_id',
  org_id: 'org_id',
  sessionId: 'session_id',
  session_id: 'session_id',
};

/** Converts OpenFeature's flat context: `targetingKey` is the user, other fields are attributes. @throws AppError `invalid_context` */
export function fromOpenFeature(raw: unknown): EvaluationContext {
  const flat = requireObject(raw, 'context');
  const identities: { user_id?: string; org_id?: string; session_id?: string } = {};
  const attributes: Record<string, Json> = {};
  for (const name of Object.keys(flat)) {
    const identity = Object.hasOwn(IDENTITIES, name) ? IDENTITIES[name] : undefined;
    if (identity === undefined) attributes[name] = flat[name]!;
    else {
      requireText(flat[name], `context.${name}`);
      identities[identity] = flat[name] as string;
    }
  }
  checkSize(attributes);
  return { ...identities, attributes: attributes as JsonObject };
}
