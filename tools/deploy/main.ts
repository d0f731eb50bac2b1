import { readFileSync } from 'node:fs';
import { parseSettings, PLATFORM_SETTINGS, platformSettings, type PlatformSettings } from '#libs/service';
import { services } from '../../apps/standalone/src/services.js';
import { composeMistakes } from './compose-rules.js';
import { deployables } from './deployables.js';
import { dockerfileMistakes } from './dockerfile-rules.js';
import { typeMistakes, type Manifest } from './kubernetes-types.js';
import { ruleMistakes } from './manifest-rules.js';
import { hasKubectl, overlays, render } from './rendered.js';
import { sdkRoutes } from './routes.js';

/** The part of `npm run check` that checks the Dockerfile, the compose file and the manifests. Runs none of them. */
const settings = new Set(
  [platformSettings, ...services.flatMap((service) => service.settings ?? [])].flatMap(({ names }) => names),
);
const { shutdownMs } = parseSettings([platformSettings], {}).get(PLATFORM_SETTINGS) as PlatformSettings;
const upstreams = ['gateway', ...new Set(sdkRoutes.map(({ service }) => service))];

const mistakes = [
  ...dockerfileMistakes(readFileSync('Dockerfile', 'utf8')).map((what) => `Dockerfile: ${what}`),
  ...composeMistakes(readFileSync('docker-compose.yml', 'utf8'), { deployables, settings, upstreams }).map(
    (what) => `docker-compose.yml: ${what}`,
  ),
  ...overlayMistakes(),
];
for (const mistake of mistakes) console.error(mistake);
process.exit(mistakes.length === 0 ? 0 : 1);

function overlayMistakes(): readonly string[] {
  if (!hasKubectl()) {
    console.log('NOT CHECKED: there is no kubectl here, so no overlay of k8s/ was rendered.');
    return [];
  }
  const rendered = overlays().map((name) => [name, render(name)] as const);
  // One compilation for all: most of its time is reading the types.
  const all = rendered.flatMap(([, manifests]) => manifests);
  const known = { settings, shutdownMs };
  const byRules = rendered.flatMap(([name, manifests]) =>
    [...ruleMistakes(manifests, known), ...missing(manifests)].map((what) => `${name}: ${what}`),
  );
  console.log(`${all.length} manifests of ${rendered.length} overlays rendered and checked.`);
  return [...typeMistakes(all), ...byRules];
}

/** Manifests that a service should have and lacks. */
function missing(manifests: readonly Manifest[]): readonly string[] {
  const there = new Set(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const kinds = [
    'Deployment',
    'Service',
    'ServiceAccount',
    'HorizontalPodAutoscaler',
    'PodDisruptionBudget',
    'NetworkPolicy',
  ];
  const wanted = services.flatMap(({ name }) => kinds.map((kind) => `${kind} ${name}`));
  return [...wanted, 'Job migrations', 'Job streams']
    .filter((one) => !there.has(one))
    .map((one) => `${one} is missing`);
}
