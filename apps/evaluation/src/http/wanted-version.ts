import type { FastifyRequest } from 'fastify';
import { parseVersion, type RulesetVersion } from '#libs/contracts';

type Query = Readonly<Record<string, unknown>>;

/** The version that an answer shall reach: `Loom-Min-Version` or `?min_version=`. What is no version is ignored. */
export function wantedVersion(request: FastifyRequest): RulesetVersion | undefined {
  const header = request.headers['loom-min-version'];
  if (header !== undefined) return versionIn(header);
  return request.url.includes('?') ? versionIn((request.query as Query)['min_version']) : undefined;
}

/** The same for OFREP, whose clients hand back the `etag` of the event that woke them. */
export function wantedByOfrep(request: FastifyRequest): RulesetVersion | undefined {
  const etag = request.url.includes('?') ? versionIn((request.query as Query)['flagConfigEtag']) : undefined;
  return etag ?? wantedVersion(request);
}

function versionIn(value: unknown): RulesetVersion | undefined {
  return typeof value === 'string' ? parseVersion(value.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')) : undefined;
}
