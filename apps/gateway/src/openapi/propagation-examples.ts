import type { PropagationView } from '../domain/propagation.js';
import { at } from './examples.js';

export const propagation: PropagationView = {
  version: '0mb8f2k1x.4.17',
  complete: false,
  instances: [
    {
      id: '01997d1c-5b3c-7000-8000-00000000000a',
      service: 'evaluation',
      version: '0mb8f2k1x.4.17',
      since: at,
      lag_ms: 4,
      silent: false,
    },
    {
      id: '01997d1c-5b3c-7000-8000-00000000000b',
      service: 'streaming',
      version: '0mb8f2k1x.4.16',
      since: at,
      lag_ms: 18_250,
      silent: true,
    },
  ],
  streams: [{ sdk: 'loom-web', sdk_version: '1.4.0', connections: 1_200, behind: 3 }],
};
