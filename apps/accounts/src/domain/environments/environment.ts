import { invalid } from '../invalid.js';
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

export interface EnvironmentWish {
  readonly name: string;
  readonly color?: string | null;
  readonly protected?: boolean;
}

/** What every organization begins with. */
export const firstEnvironments: readonly EnvironmentWish[] = [
  { name: 'dev', color: '#10b981' },
  { name: 'prod', color: '#ef4444', protected: true },
];

export interface EnvironmentPlace {
  readonly id: string;
  readonly orgId: string;
  readonly position: number;
}

/** @throws AppError `invalid_environment_name`, `invalid_color` */
export function newEnvironment(wish: EnvironmentWish, place: EnvironmentPlace, at: Date): Environment {
  return {
    ...place,
    name: environmentName(wish.name),
    color: environmentColor(wish.color),
    protected: wish.protected ?? false,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** What is left out stays. The name is in keys that were given out, so it never changes. */
export type EnvironmentChange = Partial<Omit<EnvironmentWish, 'name'>> & { readonly position?: number };

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

const MAX_POSITION = 10_000;

function givenPosition(position: number): number {
  if (Number.isInteger(position) && position >= 1 && position <= MAX_POSITION) return position;
  throw invalid('invalid_type', 'position', `A position is a whole number from 1 to ${MAX_POSITION}`);
}
