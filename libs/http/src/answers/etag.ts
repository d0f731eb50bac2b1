import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';

const STRONG = /^"(0|[1-9][0-9]{0,14})"$/;

/** `"7"`: the strong ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that `If-Match` asks for; `undefined` without the header and for `*`, which any version meets.
 * @throws AppError `version_conflict` for anything that can match no version of ours (weak, a list, no number).
 */
export function ifMatch(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const version = STRONG.exec(header)?.[1];
  if (version === undefined) {
    throw new AppError('version_conflict', 'If-Match must hold the ETag of the last answer, e.g. "7"', [
      { field: 'If-Match', message: 'Is no ETag of this API' },
    ]);
  }
  return Number(version);
}

/** Sets `ETag` and, when the ruleset's version is known, `Loom-Version`. */
export function setVersions(
  reply: FastifyReply,
  versions: { readonly version?: number; readonly loom?: string },
): void {
  if (versions.version !== undefined) reply.header('etag', etagOf(versions.version));
  if (versions.loom !== undefined) reply.header('loom-version', versions.loom);
}

/** Whether `If-None-Match` names the ETag: weak forms, lists and `*` do (RFC 9110, 13.1.2, weak comparison). */
export function etagMatches(header: string, etag: string): boolean {
  return header.split(',').some((part) => {
    const candidate = part.trim();
    return candidate === '*' || candidate === etag || candidate === `W/${etag}`;
  });
}
