import type { Type } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller.js';
import { AuditController } from './audit.controller.js';
import { AuthController } from './auth.controller.js';
import { EnvironmentsController } from './environments.controller.js';
import { FlagConfigsController } from './flag-configs.controller.js';
import { FlagsController } from './flags.controller.js';
import { JwksController } from './jwks.controller.js';
import { KillSwitchesController } from './kill-switches.controller.js';
import { OrganizationsController } from './organizations.controller.js';

/** Everything that the OpenAPI document describes. */
export const apiControllers: readonly Type[] = [
  AuthController,
  JwksController,
  OrganizationsController,
  EnvironmentsController,
  ApiKeysController,
  FlagsController,
  FlagConfigsController,
  KillSwitchesController,
  AuditController,
];
