import {
  Inject,
  Module,
  Optional,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type ModuleMetadata,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type FactoryProvider,
} from '@nestjs/common';
import { Database, type DatabaseOptions } from './transaction/database.js';
import { Databases } from './transaction/databases.js';
import { FactPublisher } from '#libs/facts';
import { Inbox } from './inbox/inbox.js';
import { OutboxRelay, type RelayOptions } from './outbox/outbox-relay.js';
import type { PostgresSettings } from './pool/settings.js';

type Async<T> = Pick<FactoryProvider<T>, 'inject' | 'useFactory'>;

export interface PostgresModuleOptions extends Pick<DatabaseOptions, 'service' | 'entities' | 'outbox' | 'log'> {
  /** Modules that provide `FactPublisher` and the dependencies of the factories below. */
  readonly imports?: ModuleMetadata['imports'];
  readonly settings: Async<PostgresSettings>;
  /** Options of the relay. Default: none. */
  readonly relay?: Async<RelayOptions>;
}

const SETTINGS = Symbol('PostgresSettings');
const RELAY_OPTIONS = Symbol('RelayOptions');

/**
 * Provides the database, relay and inbox of one service to the module that registers it. Not global: each service of a process
 * has its own. The relay starts with the application, and stops before the connections close.
 */
@Module({})
export class PostgresModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Optional() @Inject(Databases) databases?: Databases,
  ) {
    databases?.all.push(database);
    databases?.relays.push(relay);
  }

  static register({ imports, settings, relay, ...options }: PostgresModuleOptions): DynamicModule {
    return {
      module: PostgresModule,
      imports: [...(imports ?? [])],
      providers: [
        { provide: SETTINGS, ...settings },
        { provide: RELAY_OPTIONS, ...(relay ?? { useFactory: () => ({}) }) },
        {
          provide: Database,
          inject: [SETTINGS],
          useFactory: (given: PostgresSettings) => new Database({ ...given, ...options }),
        },
        { provide: OutboxRelay, inject: [Database, FactPublisher, RELAY_OPTIONS], useFactory: relayOf(options.log) },
        { provide: Inbox, inject: [Database], useFactory: (database: Database) => new Inbox(database) },
      ],
      exports: [Database, OutboxRelay, Inbox],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.relay.stop();
  }

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}

function relayOf(log: DatabaseOptions['log']) {
  return (database: Database, publisher: FactPublisher, options: RelayOptions): OutboxRelay =>
    new OutboxRelay(database, publisher, { log, ...options });
}
