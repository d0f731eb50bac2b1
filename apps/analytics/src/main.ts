import { bootstrap } from '#libs/service';
import { analyticsService } from './index.js';

await bootstrap('analytics', [analyticsService]);
