import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/kernel';

const STRONG = /^"(0|[1-9][0-9]{0,14})"$/;

/** Returns the strong ETag of a version, e.g. `"7"`. */
function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Returns the version that `If-Match` requires; `undefined` without the header and for `*`, which matches every version.
 * @throws AppError `version_conflict` for a value that matches no version: a weak ETag, a list, no number
 */
export function ifMatch(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const version = STRONG.exec(header)?.[1];
  if (version === undefined) {
    throw new AppError('version_conflict', 'If-Match must be the ETag of the last answer, e.g. "7"', [
      { field: 'If-Match', message: 'Is not an ETag of this API' },
    ]);
  }
  return Number(version);
}

/** Sets `ETag` and, for answers with a known ruleset version, `Loom-Version`. */
export function setVersions(
  reply: FastifyReply,
  versions: { readonly version?: number; readonly loom?: string },
): void {
  if (versions.version !== undefined) reply.header('etag', etagOf(versions.version));
  if (versions.loom !== undefined) reply.header('loom-version', versions.loom);
}

/** Whether `If-None-Match` matches the ETag, by weak comparison; lists and `*` are supported (RFC 9110, 13.1.2). */
export function etagMatches(header: string, etag: string): boolean {
  return header.split(',').some((part) => {
    const candidate = part.trim();
    return candidate === '*' || candidate === etag || candidate === `W/${etag}`;
  });
}
