import type { FastifyRequest } from 'fastify';
import { invalid } from '#libs/kernel';
import type { Param } from '#libs/http';
import { parseVersion, type RulesetVersion } from '#libs/contracts';

type Query = Readonly<Record<string, unknown>>;

/** The version that an answer must reach: `Loom-Min-Version` or `?min_version=`. A header that is no version is ignored. */
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

/** `?min_version=` of a native request. @throws AppError `invalid_type` */
export const minVersion: Param<RulesetVersion> = (text, name) => {
  const version = versionIn(text);
  if (version === undefined) throw invalid('invalid_type', name, 'must be a version, as Loom-Version has it');
  return version;
};

function versionIn(value: unknown): RulesetVersion | undefined {
  return typeof value === 'string' ? parseVersion(value.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')) : undefined;
}
