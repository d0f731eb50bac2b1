import type { OnApplicationBootstrap } from '@nestjs/common';
import { durables, type ApiKeyUsedV1, type FactOf } from '#libs/contracts';
import type { FactConsumers } from '#libs/bus';
import type { RecordKeyUsage } from '../application/api-keys/record-key-usage.js';

export class KeyUsageConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly consumers: FactConsumers,
    private readonly record: RecordKeyUsage,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers.run(durables.accountsKeyUsage, (fact) => this.record.execute(fact as FactOf<typeof ApiKeyUsedV1>));
  }
}
