import { bootstrap } from '#libs/platform';
import { flagsService } from './index.js';

await bootstrap('flags', [flagsService]);
