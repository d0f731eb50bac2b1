import { idOf } from '../identifiers.js';
import { MAX_PROPERTY_FILTERS, type ExportFormat } from '../rpc/analytics.js';
import {
  Field,
  isEnvironment,
  isString,
  ObjectField,
  OneOfField,
  TextField,
  TimeBoundField,
  type Rule,
} from './fields.js';

const EXPORT_FORMATS = ['ndjson', 'csv'] as const satisfies readonly ExportFormat[];
const MAX_TEXT = 1_000;

const isUuid: Rule = {
  code: 'invalid_id',
  message: 'Must be a UUID',
  test: (value) => isString(value) && idOf(value) !== undefined,
};
const areProperties: Rule = {
  code: 'invalid_properties',
  message: `Must be an object of at most ${MAX_PROPERTY_FILTERS} texts, numbers or booleans`,
  test: (value) =>
    Object.keys(Object(value) as object).length <= MAX_PROPERTY_FILTERS &&
    Object.values(Object(value) as object).every(isComparable),
};
const time = (description: string): PropertyDecorator =>
  TimeBoundField({ description, optional: true, example: '2026-01-31T12:00:00Z' });

/** Filters of an export, the same as in lists of events. An event must match all of them; without filters all events match. */
export class ExportEventsBody {
  @OneOfField(
    { description: 'ndjson: one JSON object per line. Default: ndjson', optional: true, example: 'csv' },
    EXPORT_FORMATS,
  )
  readonly format?: ExportFormat;

  @TextField({
    description: 'The distinct id, compared literally',
    optional: true,
    code: 'invalid_distinct_id',
    max: 200,
    example: 'user-1',
  })
  readonly distinct_id?: string;

  @Field(
    {
      description: 'The id of the person',
      optional: true,
      code: 'invalid_id',
      example: '01997d1c-5b3c-7000-8000-000000000000',
    },
    { type: 'string', format: 'uuid' },
    [isUuid],
  )
  readonly person_id?: string;

  @TextField({
    description: 'The name of the event',
    optional: true,
    code: 'invalid_event_name',
    max: 200,
    example: 'bought',
  })
  readonly event_name?: string;

  @Field(
    {
      description: 'Name or id of the environment in which the event was captured',
      optional: true,
      code: 'invalid_environment_name',
      example: 'prod',
    },
    { type: 'string', maxLength: 50 },
    [isEnvironment],
  )
  readonly environment?: string;

  @time('Earliest time, inclusive; a date is its first moment in UTC')
  readonly start_time?: string;

  @time('Latest time, inclusive; a date is its last moment in UTC')
  readonly end_time?: string;

  @ObjectField(
    {
      description: 'Values that properties of the event must have',
      optional: true,
      code: 'invalid_properties',
      example: { plan: 'pro' },
    },
    { additionalProperties: { type: ['string', 'number', 'boolean'] } },
    [areProperties],
  )
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

function isComparable(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean' || (isString(value) && value.length <= MAX_TEXT);
}
