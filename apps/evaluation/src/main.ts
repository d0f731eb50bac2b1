import { bootstrap } from '#libs/service';
import { evaluationService } from './index.js';

await bootstrap('evaluation', [evaluationService]);
