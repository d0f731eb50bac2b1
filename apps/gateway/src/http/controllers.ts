import type { Type } from '@nestjs/common';
import { ApiKeysController } from './accounts/api-keys.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AuthController } from './accounts/auth.controller.js';
import { BulkFlagsController } from './flags/bulk-flags.controller.js';
import { DeadLettersController } from './audit/dead-letters.controller.js';
import { EnvironmentsController } from './accounts/environments.controller.js';
import { EventsController } from './events/events.controller.js';
import { FlagConfigsController } from './flags/flag-configs.controller.js';
import { FlagHistoryController } from './flags/flag-history.controller.js';
import { FlagsController } from './flags/flags.controller.js';
import { InvitationsController } from './accounts/invitations.controller.js';
import { JwksController } from './accounts/jwks.controller.js';
import { KeyEventsController } from './events/key-events.controller.js';
import { KillSwitchesController } from './flags/kill-switches.controller.js';
import { MembersController } from './accounts/members.controller.js';
import { OrganizationsController } from './accounts/organizations.controller.js';
import { PeopleController } from './accounts/people.controller.js';
import { PlatformPeopleController } from './accounts/platform-people.controller.js';
import { PlatformUserController } from './accounts/platform-user.controller.js';
import * as platform from './platform.controllers.js';
import { PlaygroundController } from './flags/playground.controller.js';
import { PropagationController } from './flags/propagation.controller.js';
import { SegmentsController } from './flags/segments.controller.js';
import { SessionsController } from './accounts/sessions.controller.js';
import { StrategiesController } from './flags/strategies.controller.js';

/** Everything that the OpenAPI document describes. */
export const apiControllers: readonly Type[] = [
  AuthController,
  SessionsController,
  PeopleController,
  JwksController,
  OrganizationsController,
  MembersController,
  InvitationsController,
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
  PlatformUserController,
  DeadLettersController,
];
