import { BODY_ERRORS } from './errors.js';
import { inHeader, KEY_ERRORS, operation, type Paths } from './raw-operation.js';

const event = {
  distinct_id: 'anon-1',
  event: 'signed_up',
  properties: { plan: 'pro' },
  timestamp: '2026-01-31T12:00:00.000Z',
  event_id: '01997d1c-5b3c-7000-8000-000000000001',
};
const parameters = [
  inHeader('Content-Encoding', '`gzip`'),
  inHeader('X-Loom-Lib', 'The name of the sending library; stored with the event'),
  inHeader('X-Loom-Lib-Version', 'The version of the sending library'),
];
const captureErrors = [
  ...BODY_ERRORS,
  ...KEY_ERRORS.filter((code) => code !== 'not_initialised'),
  'bus_unavailable',
  'empty_body',
  'bad_gzip',
  'unsupported_encoding',
  'invalid_distinct_id',
  'invalid_event_name',
  'invalid_properties',
  'invalid_timestamp',
  'invalid_event_id',
] as const;

/** Routes of capture, which Nest does not know. */
export const capturePaths: Paths = {
  '/api/analytics/capture': {
    post: operation('Capture an event; answers when the event is durable', {
      parameters,
      request: event,
      answer: { status: 'ok', event_id: event.event_id },
      errors: captureErrors,
      tag: 'Analytics',
    }),
  },
  '/api/analytics/batch': {
    post: operation('Capture up to 100 events; if one of them is invalid, none is captured', {
      parameters,
      request: { batch: [event], sent_at: '2026-01-31T12:00:01.000Z' },
      answer: { status: 'ok', count: 1, event_ids: [event.event_id] },
      errors: [...captureErrors, 'empty_batch', 'batch_too_large'],
      tag: 'Analytics',
    }),
  },
};
