import { bootstrap } from '#libs/platform';
import { accountsService } from './index.js';

await bootstrap('accounts', [accountsService]);
