import type { Migration } from '#libs/platform';
import { CreateAudit1763700000000 } from './1763700000000-create-audit.js';

export const auditMigrations: readonly Migration[] = [CreateAudit1763700000000];
