/** One service as it is deployed. Manifests are generated from this table (`npm run gen`); the compose file is compared with it. */
export interface Deployable {
  readonly name: string;
  /** Requests from outside reach it, by the paths of the ingress. */
  readonly isEdge: boolean;
  /** Its secrets as files of /run/secrets/loom, by the setting that reads each. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Settings that are no secrets, besides those of the image. */
  readonly settings: Readonly<Record<string, string>>;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly resources: { readonly cpu: string; readonly memory: string };
}

/** Where a container finds its secrets. */
export const SECRETS_DIR = '/run/secrets/loom';
/** Every service listens here, and every Service points here. */
export const HTTP_PORT = 8080;
/** `/metrics` and `/version`; set in the Dockerfile. No Service and no ingress points here. */
export const METRICS_PORT = 9090;

const bus = { LOOM_NATS_URL: 'nats-url', LOOM_REDIS_URL: 'redis-url' };
const database = { ...bus, LOOM_POSTGRES_URL: 'postgres-url', LOOM_ROLE_SECRET: 'role-secret' };
/** The forwarded address is accepted from private networks only: from the ingress and from proxies in front of it. */
const behindProxy = { LOOM_TRUST_PROXY: 'uniquelocal' };
const evaluator = { ...bus, LOOM_STREAM_TOKEN_SECRET: 'stream-token-secret' };

/**
 * A young generation of 4 MiB at most: of 16, what connecting leaves behind costs more memory than the streams themselves
 * (5,000 readers: 14 kB each instead of 21).
 */
const manyStreams = { NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=4' };

const edge = (name: string, secrets: Deployable['secrets'], more: Partial<Deployable> = {}): Deployable => ({
  name,
  isEdge: true,
  secrets,
  settings: behindProxy,
  replicas: { min: 2, max: 10 },
  resources: { cpu: '250m', memory: '512Mi' },
  ...more,
});

/** Internal services answer on NATS alone. */
const internal = (name: string, more: Partial<Deployable> = {}): Deployable => ({
  name,
  isEdge: false,
  secrets: database,
  settings: {},
  replicas: { min: 2, max: 4 },
  resources: { cpu: '100m', memory: '384Mi' },
  ...more,
});

export const deployables: readonly Deployable[] = [
  edge('gateway', bus, { settings: { ...behindProxy, LOOM_LIMIT_INSTANCES: '2' }, replicas: { min: 2, max: 6 } }),
  edge('evaluation', evaluator, { replicas: { min: 2, max: 20 } }),
  edge('streaming', evaluator, { settings: { ...behindProxy, ...manyStreams }, replicas: { min: 2, max: 20 } }),
  edge('capture', bus),
  internal('accounts'),
  internal('flags'),
  internal('audit'),
  internal('analytics', { resources: { cpu: '250m', memory: '512Mi' } }),
];

/** The steps before services start, each a Job with what it needs. The administrator of Postgres is known here alone. */
export const jobs = [
  {
    name: 'migrations',
    secrets: { LOOM_POSTGRES_URL: 'postgres-url', LOOM_ROLE_SECRET: 'role-secret' },
    settings: {},
  },
  { name: 'streams', secrets: { LOOM_NATS_URL: 'nats-url' }, settings: { LOOM_NATS_REPLICAS: '1' } },
] as const satisfies readonly Pick<Deployable, 'name' | 'secrets' | 'settings'>[];
