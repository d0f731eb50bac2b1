import type { Service } from '#libs/service';
import { AuditModule } from './audit.module.js';

export { auditMigrations } from './db/migrations/index.js';

export const auditService: Service = { name: 'audit', module: AuditModule, needs: ['nats'] };
