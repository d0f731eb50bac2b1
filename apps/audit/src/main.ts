import { bootstrap } from '#libs/service';
import { auditService } from './index.js';

await bootstrap('audit', [auditService]);
