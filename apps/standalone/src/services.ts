import type { Service } from '#libs/service';
import { accountsService } from '../../accounts/src/index.js';
import { analyticsService } from '../../analytics/src/index.js';
import { auditService } from '../../audit/src/index.js';
import { captureService } from '../../capture/src/index.js';
import { evaluationService } from '../../evaluation/src/index.js';
import { flagsService } from '../../flags/src/index.js';
import { gatewayService } from '../../gateway/src/index.js';
import { streamingService } from '../../streaming/src/index.js';

/** All services of the platform. */
export const services: readonly Service[] = [
  accountsService,
  flagsService,
  auditService,
  analyticsService,
  evaluationService,
  streamingService,
  captureService,
  gatewayService,
];
