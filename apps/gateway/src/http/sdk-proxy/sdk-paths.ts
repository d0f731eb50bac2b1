/** The base URLs of the services that answer SDKs. */
export interface Upstreams {
  readonly evaluation?: string;
  readonly streaming?: string;
  readonly capture?: string;
}

/** The paths that SDKs call, by the service that answers them. */
export const sdkPaths: Readonly<Record<keyof Upstreams, readonly string[]>> = {
  evaluation: [
    '/api/flags/evaluate',
    '/api/flags/evaluate/:key',
    '/api/flags/ruleset',
    '/ofrep/v1/evaluate/flags',
    '/ofrep/v1/evaluate/flags/:key',
  ],
  streaming: ['/api/flags/stream', '/ofrep/v1/stream'],
  capture: ['/api/analytics/capture', '/api/analytics/batch'],
};
