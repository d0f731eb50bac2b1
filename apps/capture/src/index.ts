import type { Service } from '#libs/service';
import { CaptureModule } from './capture.module.js';
import { captureSettings } from './config.js';

export const captureService: Service = {
  name: 'capture',
  module: CaptureModule,
  settings: [captureSettings],
  needs: ['nats'],
};
