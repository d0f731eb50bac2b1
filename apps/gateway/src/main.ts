import { bootstrap } from '#libs/platform';
import { gatewayService } from './index.js';

await bootstrap('gateway', [gatewayService]);
