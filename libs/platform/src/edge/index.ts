export { EdgeModule } from './edge.module.js';
export { KeyedEdgeModule } from './keyed-edge.module.js';
export { keysGuard } from './keys-guard.js';
export { StreamTokens } from './stream-token.js';
