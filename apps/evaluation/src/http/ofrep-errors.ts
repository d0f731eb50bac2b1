export function notFound(key: string): string {
  return JSON.stringify({ key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `There is no flag ${key}` });
}

/** The HTTP status of a single evaluation with this OpenFeature error code. */
export function statusOf(errorCode: string | undefined): number {
  if (errorCode === undefined) return 200;
  return errorCode === 'GENERAL' ? 500 : 400;
}
