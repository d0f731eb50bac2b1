import { BODY_ERRORS } from './errors.js';
import { inHeader, KEY_ERRORS, operation, type Paths } from './raw-operation.js';

const context = { user_id: 'user-1', attributes: { country: 'DE' } };
const result = { flag_key: 'checkout.new_flow', variant: 'on', value: true, reason: { type: 'strategy' }, version: 3 };
const ofrepContext = { context: { targetingKey: 'user-1', country: 'DE' } };
const ofrepResult = { key: 'checkout.new_flow', value: true, reason: 'SPLIT', variant: 'on', metadata: { version: 3 } };
const eventStream = { type: 'sse', endpoint: { requestUri: '/ofrep/v1/stream?token=…' }, inactivityDelaySec: 120 };
const evaluateErrors = [
  ...BODY_ERRORS,
  ...KEY_ERRORS,
  'empty_body',
  'invalid_context',
  'context_too_large',
  'environment_mismatch',
] as const;

const inPath = {
  name: 'key',
  in: 'path',
  required: true,
  description: 'The key of the flag',
  schema: { type: 'string' },
};
const inQuery = (name: string, description: string): object => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
});
const evaluateParameters = [
  inQuery('explain', '`true`: adds the trace; server keys only'),
  inQuery('min_version', 'Waits for this ruleset version, up to 250 ms'),
  inHeader('Loom-Min-Version', 'The same as `min_version`'),
];
const ofrepStatuses = { '400': '`PARSE_ERROR`, `INVALID_CONTEXT`, `TARGETING_KEY_MISSING`', '404': '`FLAG_NOT_FOUND`' };

/** Routes of evaluation and streaming, which Nest does not know. */
export const sdkPaths: Paths = {
  '/api/flags/evaluate': {
    post: operation('Evaluate all flags, or some, for a context', {
      parameters: evaluateParameters,
      request: { context, flags: ['checkout.new_flow'] },
      answer: { results: [result], evaluated_at: '2026-01-31T12:00:00.000Z', version: '0mb8f2k1x.4.17' },
      errors: [...evaluateErrors, 'too_many_flags'],
    }),
  },
  '/api/flags/evaluate/{key}': {
    post: operation('Evaluate one flag for a context', {
      parameters: [inPath, ...evaluateParameters],
      request: { context },
      answer: result,
      errors: [...evaluateErrors, 'flag_not_found'],
    }),
  },
  '/api/flags/ruleset': {
    get: operation('The whole ruleset, for SDKs that evaluate locally; server keys only', {
      parameters: [inHeader('If-None-Match', 'The ETag of the last answer')],
      answer: { version: '0mb8f2k1x.4.17', documents: [] },
      errors: KEY_ERRORS,
      statuses: { '304': 'Nothing changed' },
    }),
  },
  '/api/flags/stream': {
    get: operation('Changes, as server-sent events; the first event is `init`', {
      parameters: [
        inQuery('payload', '`ruleset`: adds the documents; server keys only'),
        inQuery('resume', '`true`: continue after `Last-Event-ID`'),
        inQuery('environment', 'The environment of the key'),
        inHeader('Last-Event-ID', 'The id of the last event'),
      ],
      answer: { event: 'flag.updated' },
      contentType: 'text/event-stream',
      errors: [...KEY_ERRORS, 'environment_mismatch'],
    }),
  },
  '/ofrep/v1/evaluate/flags': {
    post: operation('OFREP 0.3: evaluate all flags', {
      parameters: [
        inQuery(
          'flagConfigEtag',
          'The `etag` of the event `refetchEvaluation`: the answer waits for that version up to 250 ms',
        ),
        inQuery('flagConfigLastModified', 'The `lastModified` of that event'),
        inHeader('If-None-Match', 'The ETag of the last answer'),
      ],
      request: ofrepContext,
      answer: { flags: [ofrepResult], eventStreams: [eventStream], metadata: { version: '0mb8f2k1x.4.17' } },
      errors: [],
      statuses: { ...ofrepStatuses, '304': 'Nothing changed', '401': 'Missing or invalid key' },
    }),
  },
  '/ofrep/v1/evaluate/flags/{key}': {
    post: operation('OFREP 0.3: evaluate one flag', {
      parameters: [inPath],
      request: ofrepContext,
      answer: ofrepResult,
      errors: [],
      statuses: { ...ofrepStatuses, '401': 'Missing or invalid key' },
    }),
  },
  '/ofrep/v1/stream': {
    get: operation('OFREP 0.3: requests to evaluate again, as server-sent events', {
      parameters: [inQuery('token', 'From the `eventStreams` of a bulk evaluation')],
      answer: { type: 'refetchEvaluation' },
      contentType: 'text/event-stream',
      errors: ['unauthenticated', 'invalid_key', 'forbidden', 'not_initialised'],
    }),
  },
};
