import { routeTable, type RouteRow } from '#libs/http';
import type { RunningServices } from './start-services.js';

/** A route with the access that it requires. */
export type Route = RouteRow;

/** Every route of the running services, HEAD and OPTIONS included. */
export function routesOf({ http }: Pick<RunningServices, 'http'>): readonly Route[] {
  return routeTable(http);
}
