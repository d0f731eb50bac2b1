import type { Service } from '#libs/service';
import { EvaluationModule } from './evaluation.module.js';
import { NativeRoutes } from './http/native-routes.js';
import { OfrepRoutes } from './http/ofrep-routes.js';
import { RulesetRoutes } from './http/ruleset-routes.js';

export const evaluationService: Service = {
  name: 'evaluation',
  module: EvaluationModule,
  routes: [NativeRoutes, OfrepRoutes, RulesetRoutes],
};
