export { pipelineResults } from './pipeline-results.js';
export { RedisConnection } from './redis-connection.js';
