import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import {
  Argon2Hasher,
  Database,
  deriveKey,
  generateRs256Key,
  LOGGER,
  PLATFORM_SETTINGS,
  PostgresModule,
  Rs256Signer,
  SealedBox,
  type Logger,
  type PlatformSettings,
} from '#libs/platform';
import { KeyedEntropy } from './application/keyed-entropy.js';
import { MakeFirstAdmin } from './application/make-first-admin.js';
import { AccountsPolicy, Entropy, FailureLimit, Hasher, TokenSigner, UnitOfWork } from './application/ports.js';
import { MemoryFailureLimit } from './cache/memory-failure-limit.js';
import { ACCOUNTS_SETTINGS, ownPostgres, postgresSettings, type AccountsSettings } from './config.js';
import { DatabaseUnitOfWork } from './db/database-unit-of-work.js';
import { accountsRows } from './db/rows.js';
import { ApiKeysController } from './rpc/api-keys.controller.js';
import { EnvironmentsController } from './rpc/environments.controller.js';
import { OrganizationsController } from './rpc/organizations.controller.js';
import { SessionsController } from './rpc/sessions.controller.js';
import { useCases } from './use-cases.js';

const RETRY_MS = { first: 250, last: 10_000 } as const;

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
    inject: [Clock, ACCOUNTS_SETTINGS],
    useFactory: (clock: Clock, { signInFailures }: AccountsSettings) => new MemoryFailureLimit(clock, signInFailures),
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
  imports: [PostgresModule.register({ service: 'accounts', entities: accountsRows, settings: postgresSettings })],
  controllers: [SessionsController, OrganizationsController, EnvironmentsController, ApiKeysController],
  providers: [...adapters, ...useCases],
})
export class AccountsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  #stopping = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(MakeFirstAdmin) private readonly makeFirstAdmin: MakeFirstAdmin,
    @Inject(Argon2Hasher) private readonly hasher: Argon2Hasher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One try before the process listens, so that who is told "ready" can sign in; without a database it starts all the same. */
  async onApplicationBootstrap(): Promise<void> {
    await this.hasher.check();
    await this.#firstStart(RETRY_MS.first);
  }

  onApplicationShutdown(): void {
    this.#stopping = true;
    clearTimeout(this.#retry);
  }

  /** Goes on until it is done: the database, or its tables, may come later than we. */
  async #firstStart(waitMs: number): Promise<void> {
    try {
      const outcome = await this.makeFirstAdmin.execute();
      if (outcome === 'made') this.logger.info('the first super admin was made');
      if (outcome === 'wanted') this.logger.warn('nobody can sign in: set LOOM_ADMIN_EMAIL and LOOM_ADMIN_PASSWORD');
    } catch (error) {
      if (this.#stopping) return;
      this.logger.warn({ err: error, retry_ms: waitMs }, 'the first start has to wait');
      this.#retry = setTimeout(() => void this.#firstStart(Math.min(waitMs * 2, RETRY_MS.last)), waitMs);
    }
  }
}
