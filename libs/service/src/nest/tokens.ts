import type { Registry } from 'prom-client';
import type { Logger } from '#libs/observability';
import type { Runtime } from '../runtime.js';
import type { Token } from './token.js';

export const LOGGER: Token<Logger> = 'Logger';
export const METRICS: Token<Registry> = 'Metrics';
export const RUNTIME: Token<Runtime> = 'Runtime';
