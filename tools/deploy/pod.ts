import { HTTP_PORT, METRICS_PORT, SECRETS_DIR, type Deployable } from './deployables.js';

/** The image that the overlays give a registry and a tag. */
const IMAGE = 'loom';
const DATA_DIR = '/var/lib/loom';
const USER = 65_532;

export const labelsOf = (name: string): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/part-of': 'loom',
});

export const kustomization = (resources: readonly string[]): object => ({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  resources,
});

type Contents = Pick<Deployable, 'name' | 'secrets' | 'settings'>;

/** Everything that pods of services and of jobs have in common: one container with the least privileges. */
export function podOf({ name, secrets, settings }: Contents, secret: string, container: object): object {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name,
        image: IMAGE,
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        env: environment({ ...settings, ...filesOf(secrets) }),
        volumeMounts: [
          { name: 'secrets', mountPath: SECRETS_DIR, readOnly: true },
          { name: 'data', mountPath: DATA_DIR },
          { name: 'tmp', mountPath: '/tmp' },
        ],
        ...container,
      },
    ],
    volumes: [
      { name: 'secrets', secret: { secretName: secret, defaultMode: 0o440 } },
      { name: 'data', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
    ],
  };
}

/** Ready while `/readyz` answers 200; alive while the process answers at all. */
export const probes = {
  startupProbe: { httpGet: { path: '/livez', port: 'http' }, periodSeconds: 2, failureThreshold: 30 },
  livenessProbe: {
    httpGet: { path: '/livez', port: 'http' },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 6,
  },
  readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5, timeoutSeconds: 3 },
};

export const ports = [
  { name: 'http', containerPort: HTTP_PORT },
  { name: 'metrics', containerPort: METRICS_PORT },
];

function filesOf(secrets: Deployable['secrets']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(secrets).map(([name, file]) => [`${name}_FILE`, `${SECRETS_DIR}/${file}`]));
}

function environment(values: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
