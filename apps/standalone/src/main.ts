import { bootstrap } from '#libs/service';
import { services } from './services.js';

await bootstrap('standalone', services);
