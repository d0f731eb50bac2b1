import { invalid } from '#libs/kernel';
import { environmentColor, environmentName } from '../names.js';

export interface Environment {
  readonly id: string;
  readonly orgId: string;
  readonly name: string;
  readonly color?: string;
  readonly protected: boolean;
  readonly position: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewEnvironment {
  readonly name: string;
  readonly color?: string | null;
  readonly protected?: boolean;
}

/** The environments of a new organization. */
export const firstEnvironments: readonly NewEnvironment[] = [
  { name: 'dev', color: '#10b981' },
  { name: 'prod', color: '#ef4444', protected: true },
];

const MAX_POSITION = 10_000;

export interface EnvironmentPlace {
  readonly id: string;
  readonly orgId: string;
  readonly position: number;
}

/** Positions may be shared: one after the largest is the largest. @throws AppError `invalid_environment_name`, `invalid_color` */
export function newEnvironment(given: NewEnvironment, place: EnvironmentPlace, at: Date): Environment {
  return {
    ...place,
    position: Math.min(place.position, MAX_POSITION),
    name: environmentName(given.name),
    color: environmentColor(given.color),
    protected: given.protected ?? false,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** Absent fields stay as they are. The name is part of issued keys, so it never changes. */
export type EnvironmentChange = Partial<Omit<NewEnvironment, 'name'>> & { readonly position?: number };

/** @throws AppError `invalid_color`, `invalid_type` */
export function changeEnvironment(environment: Environment, change: EnvironmentChange, at: Date): Environment {
  return {
    ...environment,
    color: change.color === undefined ? environment.color : environmentColor(change.color),
    protected: change.protected ?? environment.protected,
    position: change.position === undefined ? environment.position : givenPosition(change.position),
    version: environment.version + 1,
    updatedAt: at,
  };
}

function givenPosition(position: number): number {
  if (Number.isInteger(position) && position >= 1 && position <= MAX_POSITION) return position;
  throw invalid('invalid_type', 'position', `A position is a whole number from 1 to ${MAX_POSITION}`);
}
