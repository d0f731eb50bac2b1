import type { OpenAPIObject } from '@nestjs/swagger';
import { geoSettings } from '#libs/edge';
import type { Service } from '#libs/service';
import { gatewaySettings } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { apiControllers } from './http/controllers.js';
import { buildOpenApi } from './openapi/build-document.js';

export const gatewayService: Service = {
  name: 'gateway',
  module: GatewayModule,
  settings: [gatewaySettings, geoSettings],
  needs: ['nats'],
};

export { sdkPaths } from './http/sdk-proxy/sdk-paths.js';

/** The content of `docs/openapi.json`. */
export const openApiDocument = (): Promise<OpenAPIObject> => buildOpenApi(apiControllers);
