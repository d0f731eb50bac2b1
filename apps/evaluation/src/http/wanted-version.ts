import type { FastifyRequest } from 'fastify';
import { parseVersion, type RulesetVersion } from '#libs/contracts';

type Query = Readonly<Record<string, unknown>>;

/** The version that an answer must reach: `Loom-Min-Version` or `?min_version=`. Anything else than a version is ignored. */
export function wantedVersion(request: FastifyRequest): RulesetVersion | undefined {
  const header = request.headers['loom-min-version'];
  if (header !== undefined) return versionIn(header);
  return request.url.includes('?') ? versionIn((request.query as Query)['min_version']) : undefined;
}

/** The same for OFREP: its clients send the `etag` of the `refetchEvaluation` event as `?flagConfigEtag=`. */
export function wantedByOfrep(request: FastifyRequest): RulesetVersion | undefined {
  const etag = request.url.includes('?') ? versionIn((request.query as Query)['flagConfigEtag']) : undefined;
  return etag ?? wantedVersion(request);
}

function versionIn(value: unknown): RulesetVersion | undefined {
  return typeof value === 'string' ? parseVersion(value.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')) : undefined;
}
