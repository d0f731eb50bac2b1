import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SeenVersions } from '#libs/kernel';

/** One entity tag of a list, with the comma before the next one; a tag itself may contain commas. */
const TAG = /\s*(?:W\/)?("[\x21\x23-\x7e\x80-\uffff]*")\s*(?:,|$)/y;
const VERSION = /^"(0|[1-9][0-9]{0,14})"$/;

/** Returns the strong ETag of a version, e.g. `"7"`. */
function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * Returns the versions that `If-Match` accepts; `undefined` without the header and for `*`, which matches every version. Proxies
 * make strong tags weak when they compress, so that weak tags count as well. A header that names no version matches none: the
 * service then refuses the write with its current version.
 */
export function ifMatch(request: FastifyRequest): SeenVersions | undefined {
  const header = request.headers['if-match'];
  const tags = header === undefined ? '*' : tagsOf(header);
  if (tags === '*') return undefined;
  const versions = tags.flatMap((tag) => VERSION.exec(tag)?.[1] ?? []).map(Number);
  return versions.length === 1 ? versions[0] : versions;
}

/** Sets `ETag` and, for answers with a known ruleset version, `Loom-Version`. */
export function setVersions(
  reply: FastifyReply,
  versions: { readonly version?: number; readonly loom?: string },
): void {
  if (versions.version !== undefined) reply.header('etag', etagOf(versions.version));
  if (versions.loom !== undefined) reply.header('loom-version', versions.loom);
}

/** Whether `If-None-Match` matches the strong ETag, by weak comparison; lists and `*` are supported (RFC 9110, 13.1.2). */
export function etagMatches(header: string, etag: string): boolean {
  const tags = tagsOf(header);
  return tags === '*' || tags.includes(etag);
}

/** The quoted tags of `If-Match` or `If-None-Match`, weak ones without their mark; none when the header is malformed. */
function tagsOf(header: string): readonly string[] | '*' {
  const text = header.trim();
  if (text === '*') return '*';
  const tags: string[] = [];
  for (let end = 0; end < text.length; end = TAG.lastIndex) {
    TAG.lastIndex = end;
    const tag = TAG.exec(text)?.[1];
    if (tag === undefined) return [];
    tags.push(tag);
  }
  return tags;
}
