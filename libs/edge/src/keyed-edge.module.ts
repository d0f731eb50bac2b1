import { Inject, Module } from '@nestjs/common';
import { registerDefaultGuard } from '#libs/http';
import { KeyCheck, KeysModule } from '#libs/api-keys';
import { HostedService, RUNTIME, type Runtime } from '#libs/service';
import { keysGuard } from './keys/keys-guard.js';

/** The check of API keys for edge services that hold no rulesets. */
@Module({ imports: [KeysModule], exports: [KeysModule] })
export class KeyedEdgeModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime, @Inject(KeyCheck) keys: KeyCheck) {
    const guard = keysGuard(keys);
    super(runtime, { routes: [{ register: (http) => registerDefaultGuard(http, 'keys', guard) }] });
  }
}
