import { environmentColor, environmentName } from './names.js';

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
