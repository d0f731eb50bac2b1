/** The settings of the floor's second process. */
export interface FloorSettings {
  readonly nats: { readonly servers: string; readonly user: string; readonly pass: string };
  readonly subject: string;
  readonly port: number;
}

const VARIABLE = 'FLOOR_SETTINGS';

export function parseFloorSettings(env: NodeJS.ProcessEnv): FloorSettings {
  return JSON.parse(env[VARIABLE] ?? '') as FloorSettings;
}

export function floorEnv(settings: FloorSettings): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(settings) };
}
