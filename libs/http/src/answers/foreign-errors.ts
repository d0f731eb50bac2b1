import type { ErrorCode } from '#libs/kernel';

interface Known {
  readonly code: ErrorCode;
  readonly message: string;
}

const fastify: Readonly<Record<string, Known>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', message: 'The body is larger than this route accepts' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'unsupported_media_type', message: 'Send Content-Type: application/json' },
  FST_ERR_CTP_EMPTY_TYPE: { code: 'unsupported_media_type', message: 'Send Content-Type: application/json' },
  FST_ERR_CTP_INVALID_TYPE: { code: 'unsupported_media_type', message: 'Send Content-Type: application/json' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'empty_body', message: 'Send a JSON object as the body' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid_json', message: 'The body is not valid JSON' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad_request',
    message: 'The length of the body differs from Content-Length',
  },
  FST_ERR_BAD_URL: { code: 'bad_request', message: 'The path contains a percent sign that is not part of an escape' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'uri_too_long', message: 'A segment of the path is too long' },
  FST_ERR_HANDLER_TIMEOUT: { code: 'overloaded', message: 'The answer took too long' },
};

const statuses: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  412: 'version_conflict',
  413: 'body_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  422: 'bad_request',
  428: 'precondition_required',
  429: 'rate_limited',
  431: 'headers_too_large',
  503: 'overloaded',
};

/** Returns the code and text for an error code of Fastify; `undefined` for other codes. */
export function codeOfFastify(code: string): Known | undefined {
  return fastify[code];
}

/** Returns the general code of an HTTP status. Other 4xx become `bad_request`, other statuses `undefined`. */
export function codeOfStatus(status: number): ErrorCode | undefined {
  return statuses[status] ?? (status >= 400 && status < 500 ? 'bad_request' : undefined);
}
