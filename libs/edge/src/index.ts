export { type Edge } from './composition.js';
export { EDGE, EdgeModule } from './edge.module.js';
export { KeyedEdgeModule } from './keyed-edge.module.js';
export { GEO_SETTINGS, type GeoSettings, geoSettings } from './geo/geo-settings.js';
export { forgedGeoHeaders, geoHeadersOf } from './geo/trusted-headers.js';
export { keysGuard, noteRevoked } from './keys/keys-guard.js';
export { type StreamToken, StreamTokens } from './stream-tokens/stream-tokens.js';
export { OFREP_EVALUATE, ofrepError, ofrepErrors } from './ofrep/ofrep-error.js';
