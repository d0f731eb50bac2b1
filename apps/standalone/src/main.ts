import { bootstrap } from '#libs/platform';
import { services } from './services.js';

await bootstrap('standalone', services);
