/** What the generators of docs/ need of the apps. They come here, since nothing but `standalone` may import an app. */
export { openApiDocument, sdkPaths } from '../../gateway/src/index.js';
export { services } from './services.js';
