import type { Service } from '#libs/service';
import { CaptureModule } from './capture.module.js';
import { captureSettings } from './config.js';
import { CaptureRoutes } from './http/capture-routes.js';

export const captureService: Service = {
  name: 'capture',
  module: CaptureModule,
  settings: [captureSettings],
  routes: [CaptureRoutes],
  needs: ['nats'],
};
