import { environmentOf, idOf, MAX_PROPERTY_FILTERS, type ExportEventsBody } from '#libs/contracts';
import { invalid, parseRfc3339 } from '#libs/kernel';
import { pageParams, param, type Param, type QueryOf } from '#libs/http';
import type { EventQuestion } from '../../application/events/event-questions.js';

const MAX_TEXT = 1_000;

/** An environment's name or id. */
const environment: Param<string> = (given, name) => {
  const known = environmentOf(given);
  if (known !== undefined) return known;
  throw invalid('invalid_environment_name', name, 'Must be the name or id of an environment');
};

export const liveParams = {
  distinct_id: param.text(),
  event_name: param.text(),
  environment,
  properties: param.texts(MAX_PROPERTY_FILTERS, MAX_TEXT, 'invalid_properties'),
};
export const filterParams = {
  ...liveParams,
  person_id: param.uuid,
  start_time: param.startTime,
  end_time: param.endTime,
};
export const listParams = { ...pageParams, ...filterParams, with_total: param.flag };

interface FilterValues {
  readonly distinct_id?: string;
  readonly person_id?: string;
  readonly event_name?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly start_time?: Date;
  readonly end_time?: Date;
}

/** The filters of a query. */
export function questionOf({ environment, ...values }: QueryOf<typeof filterParams>): EventQuestion {
  return { filter: filterOf(values), environment };
}

/** The filters of a body; property values become texts, as they are in a query. */
export function questionOfBody(body: ExportEventsBody): EventQuestion {
  const { start_time, end_time, properties, distinct_id, event_name } = body;
  const person_id = body.person_id === undefined ? undefined : idOf(body.person_id);
  const environment = body.environment === undefined ? undefined : environmentOf(body.environment);
  const texts = properties && Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, `${value}`]));
  const times = { start_time: timeOf(start_time, 'first'), end_time: timeOf(end_time, 'last') };
  return { filter: filterOf({ distinct_id, person_id, event_name, properties: texts, ...times }), environment };
}

/** The body is already validated: its times are RFC 3339, or dates. */
function timeOf(text: string | undefined, date: 'first' | 'last'): Date | undefined {
  const instant = text === undefined ? undefined : parseRfc3339(text, { date });
  return instant === undefined ? undefined : new Date(instant);
}

function filterOf({
  distinct_id,
  person_id,
  event_name,
  properties,
  start_time,
  end_time,
}: FilterValues): EventQuestion['filter'] {
  return {
    ...{ distinct_id, person_id, event_name, properties },
    start_time: start_time?.toISOString(),
    end_time: end_time?.toISOString(),
  };
}
