export { csvLine } from './csv/csv-line.js';
export { EdgeModule } from './edge/edge.module.js';
export { KeyedEdgeModule } from './edge/keyed-edge.module.js';
export { keysGuard, noteRevoked } from './edge/keys-guard.js';
export { type StreamToken, StreamTokens } from './edge/stream-token.js';
