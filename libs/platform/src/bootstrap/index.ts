export { bootstrap } from './bootstrap.js';
export { start, type Running } from './start.js';
export { HttpRoutes, type Service } from './service.js';
export { defineSettings, InvalidSettings, parseSettings, type SettingsDefinition } from './settings.js';
export { PLATFORM_SETTINGS, platformSettings, type PlatformSettings } from './platform-settings.js';
export { PlatformModule } from './platform.module.js';
export { LOGGER, METRICS, RUNTIME } from './tokens.js';
export { UuidV7Ids, type Runtime } from './runtime.js';
