import { AuditController } from './audit/audit.controller.js';
import { FlagConfigsController } from './flags/flag-configs.controller.js';
import { FlagHistoryController } from './flags/flag-history.controller.js';
import { FlagsController } from './flags/flags.controller.js';
import { KillSwitchesController } from './flags/kill-switches.controller.js';
import { Management } from './input/management.js';
import { OnPlatform } from './input/on-platform.js';
import { SegmentsController } from './flags/segments.controller.js';
import { StrategiesController } from './flags/strategies.controller.js';

@Management('api/admin/flags', 'Platform')
@OnPlatform()
export class PlatformFlagsController extends FlagsController {}

@Management('api/admin/flags/:key/configs', 'Platform')
@OnPlatform()
export class PlatformFlagConfigsController extends FlagConfigsController {}

@Management('api/admin/flags/:key', 'Platform')
@OnPlatform()
export class PlatformFlagHistoryController extends FlagHistoryController {}

@Management('api/admin/strategies', 'Platform')
@OnPlatform()
export class PlatformStrategiesController extends StrategiesController {}

@Management('api/admin/segments', 'Platform')
@OnPlatform()
export class PlatformSegmentsController extends SegmentsController {}

@Management('api/admin/kill-switches', 'Platform')
@OnPlatform()
export class PlatformKillSwitchesController extends KillSwitchesController {}

@Management('api/admin/audit', 'Platform')
@OnPlatform()
export class PlatformAuditController extends AuditController {}
