import { bootstrap } from '#libs/platform';
import { streamingService } from './index.js';

await bootstrap('streaming', [streamingService]);
