export { bootstrap } from './bootstrap.js';
export { type Job, Repeating } from './jobs/repeating.js';
export { made } from './provide.js';
export { type Runtime, UuidV7Ids } from './runtime.js';
export { HttpRoutes, type Service } from './service.js';
export { PLATFORM_SETTINGS, platformSettings, type PlatformSettings } from './settings/platform-settings.js';
export { defineSettings, InvalidSettings, parseSettings } from './settings/settings.js';
export { type Running, start } from './start.js';
export { LOGGER, METRICS, RUNTIME } from './tokens.js';
