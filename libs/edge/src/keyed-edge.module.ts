import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { registerDefaultGuard } from '#libs/http';
import { KeyCheck, KeysModule } from '#libs/api-keys';
import { keysGuard } from './keys-guard.js';

/** What an edge service needs that takes API keys and holds no rulesets. */
@Module({ imports: [KeysModule], exports: [KeysModule] })
export class KeyedEdgeModule implements OnModuleInit {
  constructor(
    @Inject(KeyCheck) private readonly keys: KeyCheck,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    registerDefaultGuard(this.host.httpAdapter.getInstance<FastifyInstance>(), 'keys', keysGuard(this.keys));
  }
}
