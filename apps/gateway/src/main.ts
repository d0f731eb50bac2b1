import { bootstrap } from '#libs/service';
import { gatewayService } from './index.js';

await bootstrap('gateway', [gatewayService]);
