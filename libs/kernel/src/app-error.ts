import { errorStatus, type ErrorCode } from './error-codes.js';

/** What is wrong with which field: `variants[2].name`. `meta` carries what a client needs to go on, e.g. the current version. */
export interface ErrorDetail {
  readonly field?: string;
  readonly message: string;
  readonly [meta: string]: unknown;
}

/** A failure that was foreseen. It crosses HTTP and RPC as it is; anything else that is thrown is a fault of ours. */
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

  /** Whether the same call may succeed later without a change: only failures of a dependency are. */
  get retryable(): boolean {
    return this.status === 503;
  }
}
