import { jobs } from './deployables.js';
import { kustomization, labelsOf, podOf } from './pod.js';
import { networkPolicy } from './service-manifests.js';

const RETRIES = 10;
const KEEP_S = 86_400;

/** One Job for the database, one for the streams: `prepare` of the image, each with a part of its secrets. */
export function jobManifests(): Readonly<Record<string, object>> {
  const files = Object.fromEntries(jobs.flatMap((job) => Object.entries(manifestsOf(job))));
  return { ...files, kustomization: kustomization(Object.keys(files).map((file) => `${file}.yaml`)) };
}

function manifestsOf(job: (typeof jobs)[number]): Readonly<Record<string, object>> {
  const { name } = job;
  const metadata = { name, labels: labelsOf(name) };
  const pod = podOf({ ...job, settings: { SERVICE: 'prepare', ...job.settings } }, `loom-${name}`, {
    args: ['tools/container.mjs', name],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
  });
  return {
    [`${name}-service-account`]: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      automountServiceAccountToken: false,
    },
    [`${name}-job`]: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        backoffLimit: RETRIES,
        ttlSecondsAfterFinished: KEEP_S,
        template: { metadata: { labels: metadata.labels }, spec: { ...pod, restartPolicy: 'OnFailure' } },
      },
    },
    [`${name}-network-policy`]: networkPolicy({ ...job, isEdge: false }),
  };
}
