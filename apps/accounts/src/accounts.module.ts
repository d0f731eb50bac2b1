import { Inject, Module, type OnApplicationBootstrap, type Provider } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { Argon2Hasher, deriveKey, generateRs256Key, Rs256Signer, SealedBox } from '#libs/crypto';
import { Database, PostgresModule } from '#libs/postgres';
import { PLATFORM_SETTINGS, type PlatformSettings } from '#libs/service';
import { RedisConnection } from '#libs/redis';
import { KeyedEntropy } from './crypto/keyed-entropy.js';
import {
  AccountsPolicy,
  Entropy,
  FailureLimit,
  Hasher,
  TokenSigner,
  UnitOfWork,
} from './application/ports/unit-of-work.js';
import { MemoryFailureLimit } from './cache/memory-failure-limit.js';
import { RedisFailureLimit } from './cache/redis-failure-limit.js';
import { ACCOUNTS_SETTINGS, ownPostgres, postgresSettings, type AccountsSettings } from './config.js';
import { DatabaseUnitOfWork } from './db/postgres-unit-of-work.js';
import { accountsRows } from './db/entities.js';
import { FirstStart } from './lifecycles/first-start.js';
import { Housekeeping } from './jobs/housekeeping.js';
import { accountsRelay, keyLife } from './key-life.js';
import { ApiKeysController } from './rpc/api-keys.controller.js';
import { EnvironmentsController } from './rpc/environments.controller.js';
import { MembersController } from './rpc/members.controller.js';
import { OrganizationsController } from './rpc/organizations.controller.js';
import { PeopleController } from './rpc/people.controller.js';
import { PlatformController } from './rpc/platform.controller.js';
import { SessionsController } from './rpc/sessions.controller.js';
import { useCases } from './composition.js';

const adapters: Provider[] = [
  {
    provide: UnitOfWork,
    inject: [Database, PLATFORM_SETTINGS],
    useFactory: (database: Database, platform: PlatformSettings) =>
      new DatabaseUnitOfWork(database, new SealedBox(deriveKey(ownPostgres(platform).roleSecret, 'signing keys'))),
  },
  {
    provide: Entropy,
    inject: [PLATFORM_SETTINGS],
    useFactory: (platform: PlatformSettings) =>
      new KeyedEntropy(deriveKey(ownPostgres(platform).roleSecret, 'refresh tokens')),
  },
  {
    provide: FailureLimit,
    inject: [RedisConnection, Clock, ACCOUNTS_SETTINGS],
    useFactory: (redis: RedisConnection, clock: Clock, { signInFailures }: AccountsSettings) =>
      new RedisFailureLimit(redis, signInFailures, new MemoryFailureLimit(clock, Math.ceil(signInFailures / 2))),
  },
  { provide: Argon2Hasher, useFactory: () => new Argon2Hasher() },
  { provide: Hasher, useExisting: Argon2Hasher },
  { provide: TokenSigner, useFactory: tokenSigner },
  { provide: AccountsPolicy, useExisting: ACCOUNTS_SETTINGS },
];

function tokenSigner(): TokenSigner {
  const signer = new Rs256Signer();
  return {
    generate: async (at) => ({ ...(await generateRs256Key()), createdAt: at }),
    sign: (key, claims) => signer.sign(key, { ...claims }),
  };
}

@Module({
  imports: [
    PostgresModule.register({
      service: 'accounts',
      entities: accountsRows,
      settings: postgresSettings,
      relay: accountsRelay,
    }),
  ],
  controllers: [
    SessionsController,
    PeopleController,
    PlatformController,
    OrganizationsController,
    MembersController,
    EnvironmentsController,
    ApiKeysController,
  ],
  providers: [...adapters, ...keyLife, ...useCases, FirstStart, Housekeeping],
})
export class AccountsModule implements OnApplicationBootstrap {
  constructor(@Inject(Argon2Hasher) private readonly hasher: Argon2Hasher) {}

  /** Waits for nothing behind it but for argon2: without a database the process starts all the same. */
  onApplicationBootstrap(): Promise<void> {
    return this.hasher.check();
  }
}
