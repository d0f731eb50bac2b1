import type { GeoSettings, StreamTokens } from '#libs/edge';
import type { FactPublisher } from '#libs/facts';
import type { Clock, Ids } from '#libs/kernel';
import type { Logger } from '#libs/observability';
import type { RulesetReader } from '#libs/rulesets';
import { CompiledRulesets } from './application/compiled-rulesets.js';
import { Evaluate } from './application/evaluate.js';
import { EvaluationCounts } from './application/evaluation-counts.js';
import { GeoDatabase } from './cache/geo-database.js';
import { nativeRoutes } from './http/native-routes.js';
import { ofrepRoutes } from './http/ofrep-routes.js';
import { RulesetRoutes } from './http/ruleset-routes.js';
import { serverGeo } from './http/server-geo.js';
import { UsageReporter } from './messaging/usage-reporter.js';

export interface EvaluationDependencies {
  readonly reader: RulesetReader;
  readonly tokens: StreamTokens;
  readonly publisher: FactPublisher;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Default: the geo that requests send. */
  readonly geo?: GeoSettings;
  /** The process: `metadata.source` of the facts. */
  readonly source: string;
}

const SENT: GeoSettings = { headers: new Map() };

export type Evaluation = ReturnType<typeof composeEvaluation>;

/** The evaluation service: compiled rulesets, the routes that answer from them, and the reporter of their use. */
export function composeEvaluation({ reader, tokens, clock, geo = SENT, ...facts }: EvaluationDependencies) {
  const counts = new EvaluationCounts();
  const rulesets = new CompiledRulesets(reader, counts);
  const places = geo.database === undefined ? undefined : new GeoDatabase(geo.database, facts.logger);
  const geoOf = serverGeo(geo, places);
  return {
    counts,
    evaluate: new Evaluate(rulesets, clock),
    usage: new UsageReporter({ counts, clock, ...facts }),
    jobs: places === undefined ? [] : [places.job],
    routes: [
      nativeRoutes({ rulesets, clock }, geoOf),
      ofrepRoutes({ rulesets, clock, tokens, geoOf }),
      new RulesetRoutes(rulesets),
    ],
  };
}
