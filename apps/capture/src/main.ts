import { bootstrap } from '#libs/platform';
import { captureService } from './index.js';

await bootstrap('capture', [captureService]);
