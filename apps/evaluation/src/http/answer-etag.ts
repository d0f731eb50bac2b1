import { hash } from 'node:crypto';
import type { KeyRecord } from '#libs/contracts';
import { environmentOf } from './with-ruleset.js';

/**
 * The ETag of an answer: the version, and a hash of all else that the answer depends on. The environment and the kind of the key
 * are always part of it: one version holds for all environments of an organization, and client keys see less.
 */
export function answerEtag(record: KeyRecord, version: string, ...inputs: readonly unknown[]): string {
  const text = JSON.stringify([environmentOf(record).id, record.key_type, ...inputs]);
  return `"${version}-${hash('sha256', text, 'base64url').slice(0, 16)}"`;
}
