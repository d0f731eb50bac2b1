import { refuseUnknownFields, type Json } from '#libs/kernel';
import { objectOf, takeEvent, type Intake, type TakenEvent } from './take-event.js';
import { parseTime, skewOf } from './timestamp.js';
import { invalid } from './invalid.js';

const MAX_EVENTS = 100;
const FIELDS: ReadonlySet<string> = new Set(['batch', 'sent_at']);

/**
 * Checks a batch as a whole: an invalid event refuses all of it. The error names the index of the first invalid event.
 * @throws AppError 400 as `takeEvent`, and `empty_batch` `batch_too_large`
 */
export function takeBatch(raw: Json, intake: Intake): readonly TakenEvent[] {
  const body = objectOf(raw);
  refuseUnknownFields(body, FIELDS);
  const items = itemsOf(body['batch']);
  const sentAt = body['sent_at'] === undefined ? intake.atMs : parseTime(body['sent_at']);
  const corrected = { ...intake, skewMs: skewOf(sentAt, intake.atMs) };
  const events = items.map((item, at) => takeEvent(item, corrected, at));
  // After the events: errors are reported in the order of the fields.
  if (sentAt === undefined)
    throw invalid('invalid_timestamp', 'sent_at', 'must be a time, like 2026-01-31T12:00:00.000Z');
  return events;
}

function itemsOf(batch: Json | undefined): readonly Json[] {
  if (batch === undefined) throw invalid('empty_batch', 'batch', 'must hold 1 to 100 events');
  if (!Array.isArray(batch)) throw invalid('invalid_type', 'batch', 'must be a list of events');
  const items = batch as readonly Json[];
  if (items.length === 0) throw invalid('empty_batch', 'batch', 'must hold at least one event');
  if (items.length > MAX_EVENTS) throw invalid('batch_too_large', 'batch', `must hold at most ${MAX_EVENTS} events`);
  return items;
}
