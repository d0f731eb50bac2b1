import { bootstrap } from '#libs/platform';
import { analyticsService } from './index.js';

await bootstrap('analytics', [analyticsService]);
