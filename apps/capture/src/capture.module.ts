import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { Ids } from '#libs/kernel';
import { Bus } from '#libs/bus';
import { Health } from '#libs/http';
import { KeyedEdgeModule } from '#libs/edge';
import { METRICS, RUNTIME, type Runtime } from '#libs/service';
import { GroupCommit } from './application/group-commit.js';
import { AddressSettings, CaptureMeter, PackPublisher } from './application/ports.js';
import { CAPTURE_SETTINGS, type CaptureSettings } from './config.js';
import { CaptureRoutes } from './http/capture-routes.js';
import { HeardAddressSettings } from './messaging/heard-address-settings.js';
import { JetStreamPacks } from './messaging/jet-stream-packs.js';
import { PrometheusMeter } from './prometheus-meter.js';

@Module({
  imports: [KeyedEdgeModule],
  providers: [
    { provide: JetStreamPacks, inject: [Bus], useFactory: (bus: Bus) => new JetStreamPacks(bus) },
    { provide: PackPublisher, useExisting: JetStreamPacks },
    { provide: AddressSettings, inject: [Bus], useFactory: (bus: Bus) => new HeardAddressSettings(bus) },
    { provide: PrometheusMeter, inject: [METRICS], useFactory: (registry: Registry) => new PrometheusMeter(registry) },
    { provide: CaptureMeter, useExisting: PrometheusMeter },
    {
      provide: GroupCommit,
      inject: [PackPublisher, Ids, CaptureMeter, CAPTURE_SETTINGS],
      useFactory: (publisher: PackPublisher, ids: Ids, meter: CaptureMeter, { maxQueueBytes }: CaptureSettings) =>
        new GroupCommit({ publisher, ids, meter, maxQueueBytes }),
    },
    CaptureRoutes,
  ],
})
export class CaptureModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(GroupCommit) private readonly commit: GroupCommit,
    @Inject(JetStreamPacks) private readonly packs: JetStreamPacks,
    @Inject(PrometheusMeter) private readonly meter: PrometheusMeter,
    @Inject(Health) private readonly health: Health,
    @Inject(RUNTIME) private readonly runtime: Runtime,
  ) {}

  onModuleInit(): void {
    this.meter.watch({ heldBytes: () => this.commit.heldBytes, fullness: () => this.packs.fullness() });
    // Flags go on without it: where they share the process, it is ready all the same.
    const critical = this.runtime.name === 'capture';
    this.health.register({ name: 'intake', critical, check: () => this.packs.check() });
  }

  /** After the last request, before the bus is drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.commit.drain();
  }
}
