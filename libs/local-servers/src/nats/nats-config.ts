import { natsUsersConf, passwordVariable } from '#libs/contracts';

/** The settings of a private nats-server. Passwords are quoted; `extra` is copied as it is. */
export interface NatsSettings {
  readonly version: string;
  readonly port: number;
  readonly dir: string;
  readonly password: string;
  /** For example '64MB'. Default: the server's own limit. */
  readonly maxFileStore?: string;
  readonly extra?: string;
}

/**
 * The configuration file of a private nats-server: loopback, JetStream, no monitoring port. `loom` may do everything, for
 * processes that run several services and for tests; the others are the users of production. Their passwords: `natsPasswords`.
 */
export function natsConfig(settings: NatsSettings): string {
  const { port, dir, password, extra = '' } = settings;
  return `host: "127.0.0.1"
port: ${port}
server_name: "loom-${port}"
pid_file: ${quoted(`${dir}/nats.pid`)}
max_payload: 8MB
jetstream {
  store_dir: ${quoted(`${dir}/jetstream`)}
${storeLimits(settings)}}
${natsUsersConf([`{ user: loom, password: ${quoted(password)} }`])}
${extra}
`;
}

/** The file that the configuration includes: the passwords of the users, by name. */
export function natsPasswords(passwords: Readonly<Record<string, string>>): string {
  const lines = Object.entries(passwords).map(([user, password]) => `${passwordVariable(user)}: ${quoted(password)}`);
  return `${lines.join('\n')}\n`;
}

/** True when `version` ('2.9.10') is at least `wanted` ('2.10'); only major and minor count. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function storeLimits({ version, maxFileStore }: NatsSettings): string {
  // 2.9 refuses to start with a field it does not know.
  const sync = isAtLeast(version, '2.10') ? '  sync_interval: always\n' : '';
  return sync + (maxFileStore === undefined ? '' : `  max_file_store: ${maxFileStore}\n`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
