import { bootstrap } from '#libs/service';
import { captureService } from './index.js';

await bootstrap('capture', [captureService]);
