import { HTTP_PORT, METRICS_PORT, type Deployable } from './deployables.js';
import { kustomization, labelsOf, podOf, ports, probes } from './pod.js';

/** Longer than LOOM_SHUTDOWN_MS (20 s) and the pause before it, so that no request is cut off. */
const GRACE_S = 30;
/** Time for the ingress to learn that a pod ends, before it stops taking requests in. */
const LEAVING_S = 5;

/** The manifests of one service, by file name. */
export function serviceManifests(service: Deployable): Readonly<Record<string, object>> {
  const { name } = service;
  const files = {
    'service-account': {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: metadata(name),
      automountServiceAccountToken: false,
    },
    deployment: deployment(service),
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(name),
      spec: { selector: labelsOf(name), ports: [{ name: 'http', port: HTTP_PORT, targetPort: 'http' }] },
    },
    autoscaler: autoscaler(service),
    'disruption-budget': {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: metadata(name),
      spec: { maxUnavailable: 1, selector: { matchLabels: labelsOf(name) } },
    },
    'network-policy': networkPolicy(service),
  };
  return { ...files, kustomization: kustomization(Object.keys(files).map((file) => `${file}.yaml`)) };
}

const metadata = (name: string): object => ({ name, labels: labelsOf(name) });

/** Without a number of replicas: the autoscaler sets it, and every deployment would reset it. */
function deployment(service: Deployable): object {
  const { name, secrets, resources } = service;
  const { cpu, memory } = resources;
  const settings = { SERVICE: name, ...service.settings };
  const labels = labelsOf(name);
  const pod = podOf({ name, secrets, settings }, `loom-${name}`, {
    ports,
    ...probes,
    lifecycle: { preStop: { sleep: { seconds: LEAVING_S } } },
    resources: { requests: { cpu, memory }, limits: { memory } },
  });
  const spread = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: labels } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name),
    spec: {
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          ...pod,
          terminationGracePeriodSeconds: GRACE_S,
          topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
            ...spread,
            topologyKey,
          })),
        },
      },
    },
  };
}

function autoscaler({ name, replicas }: Deployable): object {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata(name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: replicas.min,
      maxReplicas: replicas.max,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
      // Each pod that goes sends its readers elsewhere: not more often than needed.
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    },
  };
}

const EGRESS_PORTS = { LOOM_NATS_URL: 4222, LOOM_REDIS_URL: 6379, LOOM_POSTGRES_URL: 5432 } as const;

/** In: the ingress, to edge services only, and the monitoring, to the port of the metrics. Out: DNS, and the servers that the service has settings for. */
export function networkPolicy({ name, isEdge, secrets }: Pick<Deployable, 'name' | 'isEdge' | 'secrets'>): object {
  const servers = Object.entries(EGRESS_PORTS).filter(([setting]) => setting in secrets);
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(name),
    spec: {
      podSelector: { matchLabels: labelsOf(name) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        ...(isEdge ? [{ from: [fromIngress], ports: [{ port: HTTP_PORT }] }] : []),
        { from: [fromMonitoring], ports: [{ port: METRICS_PORT }] },
      ],
      egress: [
        {
          to: [dns],
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
        ...servers.map(([, port]) => ({ ports: [{ port }] })),
      ],
    },
  };
}

/** The namespace of the ingress controller bears this label. */
const fromIngress = { namespaceSelector: { matchLabels: { 'loom/ingress': 'true' } } };
/** The namespace of Prometheus bears this label. */
const fromMonitoring = { namespaceSelector: { matchLabels: { 'loom/monitoring': 'true' } } };
const dns = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } };
