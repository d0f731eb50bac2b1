import { bootstrap } from '#libs/service';
import { streamingService } from './index.js';

await bootstrap('streaming', [streamingService]);
