import { bootstrap } from '#libs/platform';
import { evaluationService } from './index.js';

await bootstrap('evaluation', [evaluationService]);
