import { parse } from 'yaml';
import { jobs, SECRETS_DIR, type Deployable } from './deployables.js';

interface ComposeService {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

export interface Expected {
  readonly deployables: readonly Deployable[];
  readonly settings: ReadonlySet<string>;
  /** Services that the proxy reaches by path. */
  readonly upstreams: readonly string[];
}

/** The differences between the compose file and the table of deployables. dclint checks the file's structure. */
export function composeMistakes(text: string, { deployables, settings, upstreams }: Expected): readonly string[] {
  const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, ComposeService>> };
  const wanted: readonly Pick<Deployable, 'name' | 'secrets'>[] = [...deployables, ...jobs];
  return [
    ...wanted.flatMap((one) => serviceMistakes(one, services[one.name]).map((what) => `${one.name}: ${what}`)),
    ...Object.entries(services).flatMap(([name, one]) => [
      ...unknownSettings(one, settings).map((setting) => `${name}: ${setting} is no setting (docs/settings.md)`),
      ...(hasVersion(one) ? [] : [`${name}: no image of a fixed version`]),
    ]),
    ...upstreams.filter((name) => !(name in services)).map((name) => `${name}: the proxy looks for it`),
  ];
}

function serviceMistakes({ name, secrets }: Pick<Deployable, 'name' | 'secrets'>, given?: ComposeService): string[] {
  if (given === undefined) return ['is not in the compose file'];
  const { environment = {}, volumes = [] } = given;
  const job = jobs.some((one) => one.name === name);
  const wrong = Object.entries(secrets)
    .filter(([setting, file]) => environment[`${setting}_FILE`] !== `${SECRETS_DIR}/${file}`)
    .map(([setting, file]) => `${setting}_FILE is not ${SECRETS_DIR}/${file}`);
  if (environment['SERVICE'] !== (job ? 'prepare' : name)) wrong.push('SERVICE is another one');
  if (!volumes.includes(`./deploy/secrets/${name}:${SECRETS_DIR}:ro`)) wrong.push('its secrets are not mounted');
  return wrong;
}

function unknownSettings({ environment = {} }: ComposeService, settings: ReadonlySet<string>): readonly string[] {
  return Object.keys(environment).filter(
    (name) => name.startsWith('LOOM_') && !settings.has(name.replace(/_FILE$/, '')),
  );
}

function hasVersion({ image = '' }: ComposeService): boolean {
  return /:(?!latest$)[\w.-]+$/.test(image);
}
