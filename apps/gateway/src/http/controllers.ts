import type { Type } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller.js';
import { AuditController } from './audit.controller.js';
import { AuthController } from './auth.controller.js';
import { BulkFlagsController } from './bulk-flags.controller.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { EnvironmentsController } from './environments.controller.js';
import { EventsController } from './events.controller.js';
import { FlagConfigsController } from './flag-configs.controller.js';
import { FlagHistoryController } from './flag-history.controller.js';
import { FlagsController } from './flags.controller.js';
import { JwksController } from './jwks.controller.js';
import { KeyEventsController } from './key-events.controller.js';
import { KillSwitchesController } from './kill-switches.controller.js';
import { MembersController } from './members.controller.js';
import { OrganizationsController } from './organizations.controller.js';
import { PeopleController } from './people.controller.js';
import { PlatformPeopleController } from './platform-people.controller.js';
import * as platform from './platform.controllers.js';
import { PlaygroundController } from './playground.controller.js';
import { PropagationController } from './propagation.controller.js';
import { SegmentsController } from './segments.controller.js';
import { StrategiesController } from './strategies.controller.js';

/** Everything that the OpenAPI document describes. */
export const apiControllers: readonly Type[] = [
  AuthController,
  PeopleController,
  JwksController,
  OrganizationsController,
  MembersController,
  EnvironmentsController,
  ApiKeysController,
  FlagsController,
  BulkFlagsController,
  FlagConfigsController,
  FlagHistoryController,
  PlaygroundController,
  PropagationController,
  StrategiesController,
  SegmentsController,
  KillSwitchesController,
  AuditController,
  EventsController,
  KeyEventsController,
  platform.PlatformFlagsController,
  platform.PlatformFlagConfigsController,
  platform.PlatformFlagHistoryController,
  platform.PlatformStrategiesController,
  platform.PlatformSegmentsController,
  platform.PlatformKillSwitchesController,
  platform.PlatformAuditController,
  PlatformPeopleController,
  DeadLettersController,
];
