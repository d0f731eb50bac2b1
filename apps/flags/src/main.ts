import { bootstrap } from '#libs/service';
import { flagsService } from './index.js';

await bootstrap('flags', [flagsService]);
