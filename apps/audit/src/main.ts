import { bootstrap } from '#libs/platform';
import { auditService } from './index.js';

await bootstrap('audit', [auditService]);
