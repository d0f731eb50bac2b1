import type { Service } from '#libs/service';
import { streamingSettings } from './config.js';
import { OfrepStreamRoutes } from './http/ofrep-stream-routes.js';
import { StreamRoutes } from './http/stream-routes.js';
import { StreamingModule } from './streaming.module.js';

export const streamingService: Service = {
  name: 'streaming',
  module: StreamingModule,
  settings: [streamingSettings],
  routes: [StreamRoutes, OfrepStreamRoutes],
};
