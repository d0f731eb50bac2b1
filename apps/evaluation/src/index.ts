import type { Service } from '#libs/service';
import { geoSettings } from '#libs/edge';
import { EvaluationModule } from './evaluation.module.js';

export const evaluationService: Service = { name: 'evaluation', module: EvaluationModule, settings: [geoSettings] };
