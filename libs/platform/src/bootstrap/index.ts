export { bootstrap } from './bootstrap.js';
export { start, type Running } from './start.js';
export { HttpRoutes, type Service } from './service.js';
export { defineSettings, InvalidSettings, parseSettings, type SettingsDefinition } from './settings.js';
export { PLATFORM_SETTINGS, platformSettings, type PlatformSettings } from './platform-settings.js';
export { LOGGER, METRICS, PlatformModule, RUNTIME } from './platform.module.js';
export { UuidV7Ids, type Runtime } from './runtime.js';
