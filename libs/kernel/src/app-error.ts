import { errorStatus, type ErrorCode } from './error-codes.js';

/** A problem with one field, such as `variants[2].name`. Further members help the client to continue, e.g. the current version. */
export interface ErrorDetail {
  readonly field?: string;
  readonly message: string;
  readonly [meta: string]: unknown;
}

/** An expected failure, sent unchanged over HTTP and RPC. Any other error that is thrown is a defect. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly ErrorDetail[];

  constructor(code: ErrorCode, message: string, details: readonly ErrorDetail[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorStatus(this.code);
  }

  /** Whether the same call may succeed later: true for failures of dependencies only. */
  get retryable(): boolean {
    return this.status === 503;
  }
}

/** A failure that another service answered with. That service has logged the cause. */
export class RemoteError extends AppError {}
