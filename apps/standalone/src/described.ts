/** What the generators of docs/ need of the apps, exported here since only `standalone` may import apps. */
export { openApiDocument, sdkPaths } from '../../gateway/src/index.js';
export { services } from './services.js';
