import { nameOf, type Manifest } from './kubernetes-types.js';

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
  readonly resources?: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
  readonly readinessProbe?: object;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
}
interface Pod {
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly seccompProfile?: { readonly type: string } };
  readonly containers: readonly Container[];
}
interface WithPod {
  readonly spec: { readonly template: { readonly metadata: { readonly labels: object }; readonly spec: Pod } };
}

/** The facts about the platform that the rules need. */
export interface Known {
  /** Names of settings, without `_FILE`. */
  readonly settings: ReadonlySet<string>;
  readonly shutdownMs: number;
}

const KINDS_WITH_POD = ['Deployment', 'StatefulSet', 'Job'];

/** Rules that types cannot express: least privilege, no secret in the clear, settings that exist, time for a graceful stop. */
export function ruleMistakes(manifests: readonly Manifest[], known: Known): readonly string[] {
  const pods = manifests.filter(({ kind }) => KINDS_WITH_POD.includes(kind));
  return [
    ...manifests.filter(({ kind }) => kind === 'Secret').map((one) => `${nameOf(one)}: a secret in the clear`),
    ...pods.flatMap((manifest) => {
      const { spec } = (manifest as unknown as WithPod).spec.template;
      const wrong = [...podMistakes(spec), ...spec.containers.flatMap((one) => containerMistakes(one, known))];
      if (manifest.kind === 'Deployment') wrong.push(...endMistakes(spec, known));
      if (!isCovered(manifest, manifests)) wrong.push('no network policy selects it');
      return wrong.map((what) => `${nameOf(manifest)}: ${what}`);
    }),
  ];
}

function podMistakes({ automountServiceAccountToken, securityContext }: Pod): string[] {
  return unless({
    'automountServiceAccountToken is not false': automountServiceAccountToken === false,
    'may run as root': securityContext?.runAsNonRoot === true,
    'no seccomp profile': securityContext?.seccompProfile?.type === 'RuntimeDefault',
  });
}

function containerMistakes(
  { image, env = [], securityContext: may, resources, ...probes }: Container,
  { settings }: Known,
): string[] {
  const names = env.map(({ name }) => name).filter((name) => name.startsWith('LOOM_'));
  const unknown = names.filter((name) => !settings.has(name.replace(/_FILE$/, '')));
  return [
    ...unless({
      'may gain privileges': may?.allowPrivilegeEscalation === false,
      'may write its root file system': may?.readOnlyRootFilesystem === true,
      'has capabilities': may?.capabilities?.drop?.includes('ALL') === true,
      'asks for no resources, or has no limit of memory':
        resources?.requests !== undefined && resources.limits?.memory !== undefined,
      'no image of a fixed version': /:(?!latest$)[\w.-]+$/.test(image),
      'a server without a readiness probe':
        names.some((name) => name.startsWith('LOOM_')) || probes.readinessProbe !== undefined,
    }),
    ...unknown.map((name) => `${name} is no setting (docs/settings.md)`),
    ...env.filter(isSecret).map(({ name }) => `${name} holds a secret in the clear: use ${name}_FILE`),
  ];
}

const SECRETS = /^(LOOM_(NATS|REDIS|POSTGRES)_URL|LOOM_\w*(SECRET|PASSWORD)|\w*PASSWORD)$/;

function isSecret({ name, value }: { readonly name: string; readonly value?: string }): boolean {
  return SECRETS.test(name) && value !== undefined;
}

/** The pause before SIGTERM and the longest graceful stop fit into what Kubernetes waits. */
function endMistakes({ terminationGracePeriodSeconds = 30, containers }: Pod, { shutdownMs }: Known): string[] {
  const leaving = containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const fits = leaving + shutdownMs / 1_000 < terminationGracePeriodSeconds;
  return unless({
    'is killed before it can end gracefully': fits,
    'no readiness probe': containers[0]?.readinessProbe !== undefined,
  });
}

interface Policy {
  readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
}

function isCovered(manifest: Manifest, all: readonly Manifest[]): boolean {
  const labels = (manifest as unknown as WithPod).spec.template.metadata.labels as Readonly<Record<string, string>>;
  return all.some(({ kind, spec }) => {
    if (kind !== 'NetworkPolicy') return false;
    const wanted = Object.entries((spec as Policy).podSelector.matchLabels ?? {});
    return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
  });
}

/** The messages of the conditions that do not hold. */
function unless(conditions: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(conditions).flatMap(([sentence, holds]) => (holds ? [] : [sentence]));
}
