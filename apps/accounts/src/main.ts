import { bootstrap } from '#libs/service';
import { accountsService } from './index.js';

await bootstrap('accounts', [accountsService]);
