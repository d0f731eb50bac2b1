export { Bus, type BusSettings, type MessageHandler } from './bus.js';
export { ConsumerMetrics } from './consumer-metrics.js';
export { writeDeadLetter, type DeadLetter, type DeadPart } from './dead-letters.js';
export { RpcClient, type AskOptions } from './rpc-client.js';
export { RpcServer, type Once } from './rpc-server.js';
export { FactConsumers } from './fact-consumers.js';
export type { FactHandler } from './deliveries.js';
export { NatsFactPublisher } from './nats-fact-publisher.js';
export { checkTopology, ensureTopology, type Topology } from './topology.js';
