import { Inject, Module } from '@nestjs/common';
import { HostedService, provide, RUNTIME, type Runtime, type Token } from '#libs/service';
import { KeyCheck } from './check/key-check.js';
import { composeKeys, type Keys } from './composition.js';

const KEYS: Token<Keys> = 'Keys';

/** The check of API keys, shared by all services of a process. */
@Module({
  providers: [provide(KEYS, [RUNTIME], composeKeys), provide(KeyCheck, [KEYS], ({ check }) => check)],
  exports: [KeyCheck],
})
export class KeysModule extends HostedService {
  constructor(@Inject(RUNTIME) runtime: Runtime, @Inject(KEYS) { jobs, lifecycle }: Keys) {
    super(runtime, { jobs, lifecycles: [lifecycle] });
  }
}
