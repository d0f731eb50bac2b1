import type { OpenAPIObject } from '@nestjs/swagger';
import type { Service } from '#libs/service';
import { gatewaySettings } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { apiControllers } from './http/controllers.js';
import { KeyAccess } from './http/key-access.js';
import { PersonAccessGuard } from './http/person-access.js';
import { RateLimits } from './http/rate-limits.js';
import { SdkProxy } from './http/sdk-proxy.js';
import { buildOpenApi } from './openapi/build-document.js';

export const gatewayService: Service = {
  name: 'gateway',
  module: GatewayModule,
  settings: [gatewaySettings],
  routes: [PersonAccessGuard, KeyAccess, RateLimits, SdkProxy],
  needs: ['nats'],
};

export { sdkPaths } from './http/sdk-proxy.js';

/** What `docs/openapi.json` holds. */
export const openApiDocument = (): Promise<OpenAPIObject> => buildOpenApi(apiControllers);
