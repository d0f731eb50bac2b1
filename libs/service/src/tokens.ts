/** Nest tokens of what has no class of its own. */
export const LOGGER = 'Logger';
export const METRICS = 'Metrics';
export const RUNTIME = 'Runtime';
