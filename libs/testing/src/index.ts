export { endLeftoverServers } from './servers/leftover-servers.js';
export { claimPort, freePort, isPortFree } from './servers/ports.js';
export { randomPassword } from './servers/own-folder.js';
export { asNatsUser, startNats, type NatsOptions, type NatsServer } from './servers/nats.js';
export { startPostgres, type PostgresOptions, type PostgresServer, type StandbyServer } from './servers/postgres.js';
export { findPostgresTool } from './servers/postgres-binaries.js';
export { birthOf, commandLine, isAlive, signal, waitUntilGone } from './servers/processes.js';
export { startRedis, type RedisOptions, type RedisServer } from './servers/redis.js';
export type { ServerControl } from './servers/server-process.js';
export {
  freshDatabase,
  privateServers,
  type FreshDatabase,
  type PrivateServers,
  type PrivateServersOptions,
} from './servers/private-servers.js';
export { FaultProxy } from './fault-proxy.js';
export { Program, type ProgramOptions } from './platform/process.js';
export { platformEnv, startPlatform, type Layout, type Platform } from './platform/platform.js';
export { referenceOperator } from './reference-conditions.js';
export {
  referenceEvaluate,
  referenceFlagKeys,
  type ReferenceAnswer,
  type ReferenceWorld,
} from './reference-evaluator.js';
export * as generators from './generators.js';
