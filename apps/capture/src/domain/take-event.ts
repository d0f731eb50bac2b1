import { UUID } from '#libs/contracts';
import { refuseUnknownFields, type Json, type JsonObject } from '#libs/kernel';
import { eventTime, type Arrival } from './timestamp.js';
import { invalid } from './invalid.js';

const MAX_ID_LENGTH = 200;
const MAX_PROPERTIES_BYTES = 64 * 1024;
const EVENT_NAME = /^[$A-Za-z][A-Za-z0-9_$.]{0,199}$/;
const FIELDS: ReadonlySet<string> = new Set(['distinct_id', 'event', 'properties', 'timestamp', 'event_id']);

/** A valid event. */
export interface TakenEvent {
  readonly id: string;
  /** The row to store, as JSON. */
  readonly row: string;
}
/** What the events of one request share. */
export interface Intake extends Arrival {
  readonly nextId: () => string;
  /** The end of every row (`endOfRow`). */
  readonly rowEnd: string;
}

/**
 * Checks one event and writes its row. Unknown fields are reported first, then invalid ones in the order of the specification (06).
 * @param at the index of the event in a batch
 * @throws AppError 400 with the field: `unknown_field` `invalid_distinct_id` `invalid_event_name` `invalid_properties`
 * `invalid_timestamp` `invalid_event_id`; `invalid_type` when it is not an object
 */
export function takeEvent(raw: Json, intake: Intake, at?: number): TakenEvent {
  const event = objectOf(raw, at);
  refuseUnknownFields(event, FIELDS, at === undefined ? '' : `batch[${at}].`);
  const distinctId = distinctIdOf(event['distinct_id'], at);
  const name = event['event'];
  if (typeof name !== 'string' || !EVENT_NAME.test(name)) {
    throw invalid(
      'invalid_event_name',
      'event',
      'must be 1 to 200 characters of A-Z a-z 0-9 _ $ . and must not begin with a digit',
      at,
    );
  }
  const properties = propertiesOf(event['properties'], at);
  const time = eventTime(event['timestamp'], intake);
  if (time === undefined) {
    throw invalid(
      'invalid_timestamp',
      'timestamp',
      'must be an RFC 3339 time since 2000, like 2026-01-31T12:00:00.000Z',
      at,
    );
  }
  const id = eventIdOf(event['event_id'], intake, at);
  const skew = time.isSkewed ? ',"clock_skew":true' : '';
  const row = `{"event_id":"${id}","distinct_id":${distinctId},"event":"${name}","properties":${properties},"timestamp":"${time.text}"${skew}${intake.rowEnd}`;
  return { id, row };
}

/** @throws AppError 400 `invalid_type` */
export function objectOf(raw: Json | undefined, at?: number): JsonObject {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as JsonObject;
  throw invalid('invalid_type', '', 'must be a JSON object', at);
}

/** The distinct id as JSON. */
function distinctIdOf(value: Json | undefined, at?: number): string {
  if (typeof value === 'string' && value !== '' && isShort(value)) return JSON.stringify(value);
  throw invalid('invalid_distinct_id', 'distinct_id', 'must be a text of 1 to 200 characters', at);
}

/** Characters are code points, as in Postgres. */
function isShort(text: string): boolean {
  if (text.length <= MAX_ID_LENGTH) return true;
  return text.length <= 2 * MAX_ID_LENGTH && [...text].length <= MAX_ID_LENGTH;
}

/** The properties as JSON. */
function propertiesOf(value: Json | undefined, at?: number): string {
  if (value === undefined) return '{}';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('invalid_properties', 'properties', 'must be an object', at);
  }
  const text = JSON.stringify(value);
  // A UTF-16 unit is at most three bytes: short texts need no count of bytes.
  const isLarge = text.length * 3 > MAX_PROPERTIES_BYTES && Buffer.byteLength(text) > MAX_PROPERTIES_BYTES;
  if (isLarge) throw invalid('invalid_properties', 'properties', 'must be at most 64 KiB of JSON', at);
  return text;
}

function eventIdOf(value: Json | undefined, intake: Intake, at?: number): string {
  if (value === undefined) return intake.nextId();
  const id = typeof value === 'string' ? value.toLowerCase() : '';
  if (UUID.test(id)) return id;
  throw invalid('invalid_event_id', 'event_id', 'must be a UUID', at);
}
