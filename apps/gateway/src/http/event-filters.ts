import { ENVIRONMENT_NAME, MAX_PROPERTY_FILTERS, UUID, type EventFilter, type ExportEventsBody } from '#libs/contracts';
import { AppError, parseRfc3339 } from '#libs/kernel';
import { pageParams, param, type Param, type QueryOf } from '#libs/http';

const MAX_TEXT = 1_000;

/** An environment's name or id. */
const environment: Param<string> = (given, name) => {
  if (ENVIRONMENT_NAME.test(given) || UUID.test(given)) return given;
  const message = 'Must be the name or id of an environment';
  throw new AppError('invalid_environment_name', `Query parameter ${name}: ${message}`, [{ field: name, message }]);
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
  start_time: param.timestamp,
  end_time: param.timestamp,
};
export const listParams = { ...pageParams, ...filterParams, with_total: param.flag };

type Asked = QueryOf<typeof filterParams>;

/** The filters among the parameters of a request, with the id of the environment that is named. */
export function filterOf(asked: Asked, environmentId: string | undefined): EventFilter {
  const { distinct_id, person_id, event_name, start_time, end_time, properties } = asked;
  return {
    ...{ distinct_id, person_id, event_name, properties, environment_id: environmentId },
    start_time: start_time?.toISOString(),
    end_time: end_time?.toISOString(),
  };
}

/** The filters of a body, as those of a query would be. */
export function filterOfBody(body: ExportEventsBody, environmentId: string | undefined): EventFilter {
  const { start_time, end_time, properties, distinct_id, person_id, event_name } = body;
  const moments = { start_time: timeOf(start_time), end_time: timeOf(end_time) };
  const texts = properties && Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, `${value}`]));
  return filterOf({ distinct_id, person_id, event_name, properties: texts, ...moments } as Asked, environmentId);
}

/** The body is checked already: its times are in RFC 3339. */
function timeOf(text: string | undefined): Date | undefined {
  const instant = text === undefined ? undefined : parseRfc3339(text);
  return instant === undefined ? undefined : new Date(instant);
}
