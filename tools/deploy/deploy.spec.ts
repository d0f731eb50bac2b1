import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { composeMistakes } from './compose-rules.js';
import { deployables, METRICS_PORT, type Deployable } from './deployables.js';
import { dockerfileMistakes } from './dockerfile-rules.js';
import { typeMistakes, type Manifest } from './kubernetes-types.js';
import { ruleMistakes } from './manifest-rules.js';
import { nginxLocations, sdkRoutes } from './routes.js';
import { serviceManifests } from './service-manifests.js';

const [service] = deployables as readonly [Deployable];
const settings = new Set(['LOOM_NATS_URL', 'LOOM_REDIS_URL', 'LOOM_TRUST_PROXY', 'LOOM_LIMIT_INSTANCES']);
const known = { settings, shutdownMs: 20_000 };

/** The manifests of a service with a text of them replaced, and the image that an overlay gives. */
function manifests(text = '', by = ''): readonly Manifest[] {
  const all = Object.entries(serviceManifests(service)).filter(([file]) => file !== 'kustomization');
  const json = JSON.stringify(all.map(([, manifest]) => manifest)).replace('"image":"loom"', '"image":"loom:1"');
  if (!json.includes(text)) throw new Error(`Nothing to replace: ${text}`);
  return JSON.parse(json.replace(text, by)) as Manifest[];
}

describe('manifests', () => {
  it('have the types of Kubernetes and follow the rules', () => {
    expect(typeMistakes(manifests())).toEqual([]);
    expect(ruleMistakes(manifests(), known)).toEqual([]);
  }, 60_000);

  it('are refused with a field that is misspelt, missing or of another type', () => {
    const [typo, ...rest] = typeMistakes([
      ...manifests('"resources"', '"resorces"'),
      ...manifests('"image":"loom:1"', '"image":7'),
      ...manifests('"selector":{"matchLabels"', '"selectors":{"matchLabels"'),
    ]);
    expect(typo).toMatch(/^Deployment gateway: .*resorces/);
    expect(rest.join('\n')).toMatch(/number.*string[^]*selector/);
  }, 60_000);

  it.each([
    ['"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":false', /root file system/],
    ['"runAsNonRoot":true', '"runAsNonRoot":false', /root/],
    ['"drop":["ALL"]', '"drop":[]', /capabilities/],
    ['"RuntimeDefault"', '"Unconfined"', /seccomp/],
    ['"automountServiceAccountToken":false,"enable', '"automountServiceAccountToken":true,"enable', /automount/],
    ['"name":"LOOM_TRUST_PROXY"', '"name":"LOOM_TRUST_PROXI"', /LOOM_TRUST_PROXI is no setting/],
    ['"LOOM_NATS_URL_FILE"', '"LOOM_NATS_URL"', /in the clear/],
    ['"terminationGracePeriodSeconds":30', '"terminationGracePeriodSeconds":25', /killed/],
    ['"kind":"NetworkPolicy"', '"kind":"Other"', /no network policy/],
    ['"image":"loom:1"', '"image":"loom:latest"', /fixed version/],
    ['"readinessProbe"', '"unreadyProbe"', /readiness/],
  ])('are refused with %s as %s', (text, by, why) => {
    expect(ruleMistakes(manifests(text, by), known).join('\n')).toMatch(why);
  });
});

describe('the compose file', () => {
  const text = readFileSync('docker-compose.yml', 'utf8');
  const names = [...text.matchAll(/LOOM_\w+?(?=_FILE|:)/g)].map(([name]) => name);
  const expected = { deployables, settings: new Set(names), upstreams: ['gateway', 'evaluation'] };

  it('equals the table of deployables', () => {
    expect(composeMistakes(text, expected)).toEqual([]);
  });

  it.each([
    ['  flags:\n', '  banners:\n', /flags: is not in/],
    ['SERVICE: audit', 'SERVICE: audits', /audit: SERVICE/],
    ['secrets/streaming:', 'secrets/flags:', /streaming: its secrets/],
    ['redis:8-alpine', 'redis', /redis: no image/],
    ['LOOM_PUBLIC_URL', 'LOOM_PUBLIK_URL', /LOOM_PUBLIK_URL is no setting/],
    ['secrets/loom/role-secret', 'secrets/loom/nats-url', /LOOM_ROLE_SECRET_FILE/],
  ])('is refused with %j as %j', (from, to, why) => {
    expect(composeMistakes(text.replaceAll(from, to), expected).join('\n')).toMatch(why);
  });

  it('holds no secret', () => {
    expect(JSON.stringify(parse(text, { merge: true }))).not.toMatch(
      /(PASSWORD|SECRET|_URL)":"[^"]*(:\/\/[^/"]*@|[0-9a-f]{16})/,
    );
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync('Dockerfile', 'utf8');

  it('is in order', () => {
    expect(dockerfileMistakes(text)).toEqual([]);
  });

  it.each([
    ['USER 65532:65532', 'USER root', /runs as root/],
    ['--ignore-scripts', '', /runs scripts/],
    ['npm ci', 'npm install', /npm install/],
    ['node:24-bookworm-slim', 'node:latest', /fixed version/],
    ['WORKDIR', 'WORKDIRR', /WORKDIRR/],
    ['LOOM_METRICS_PORT=9090', 'LOOM_METRICS_PORT=8080', /public port/],
  ])('is refused with %s as %s', (from, to, why) => {
    expect(dockerfileMistakes(text.replaceAll(from, to)).join('\n')).toMatch(why);
  });
});

describe('the internal port', () => {
  const all = deployables.flatMap((one) => Object.values(serviceManifests(one)) as Manifest[]);

  it('is open to the monitoring alone: no Service points to it', () => {
    expect(JSON.stringify(all.filter(({ kind }) => kind === 'Service'))).not.toContain('9090');
    for (const { spec } of all.filter(({ kind }) => kind === 'NetworkPolicy')) {
      const { ingress } = spec as { ingress: { from: object[]; ports: { port: number }[] }[] };
      const rules = ingress.filter(({ ports }) => ports.some(({ port }) => port === METRICS_PORT));
      expect(rules).toEqual([
        {
          from: [{ namespaceSelector: { matchLabels: { 'loom/monitoring': 'true' } } }],
          ports: [{ port: METRICS_PORT }],
        },
      ]);
    }
  });

  it('is not led to by nginx, nor are its paths on the public port', () => {
    expect(nginxLocations()).toContain('location ~ ^/(metrics|version)/?$ {\n  return 404;');
    expect(readFileSync('deploy/nginx/upstreams.conf', 'utf8')).not.toContain(String(METRICS_PORT));
  });
});

describe('routes', () => {
  it('are the paths that the gateway knows, exact or with one part more', () => {
    expect(sdkRoutes).toContainEqual({ service: 'streaming', path: '/api/flags/stream', hasParameter: false });
    expect(nginxLocations()).toContain(
      'location = /ofrep/v1/stream {\n  include stream.conf;\n  proxy_pass http://streaming;',
    );
    expect(nginxLocations()).toContain('location ~ ^/api/flags/evaluate/[^/]+$ {');
  });

  it('lead to servers that nginx knows', () => {
    const known = readFileSync('deploy/nginx/upstreams.conf', 'utf8');
    for (const { service: name } of sdkRoutes) expect(known).toContain(`upstream ${name} { server ${name}:8080;`);
  });
});
