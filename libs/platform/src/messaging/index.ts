export { Bus, type BusSettings, type MessageHandler } from './bus.js';
export { RpcClient, type AskOptions } from './rpc-client.js';
export { RpcServer, type Once } from './rpc-server.js';
export { FactConsumers, type FactHandler } from './fact-consumers.js';
export { NatsFactPublisher } from './nats-fact-publisher.js';
export { checkTopology, ensureTopology, type Topology } from './topology.js';
