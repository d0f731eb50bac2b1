import type { Service } from '#libs/service';
import { EvaluationModule } from './evaluation.module.js';

export const evaluationService: Service = { name: 'evaluation', module: EvaluationModule };
