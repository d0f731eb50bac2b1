import { refOf, type FlagDocument, type RulesetDocument } from '#libs/contracts';

export interface Environment {
  readonly id: string;
  readonly name: string;
}
/** All that is needed to evaluate one environment, for SDKs that evaluate locally. */
export interface RulesetDownload {
  readonly version: string;
  readonly environment: Environment;
  readonly platform: readonly RulesetDocument[];
  readonly organization: readonly RulesetDocument[];
}

/** Takes the configs of other environments out, and puts the documents in the order of their references: equal rulesets are equal text. */
export function rulesetDownload(
  version: string,
  environment: Environment,
  documents: { readonly platform: readonly RulesetDocument[]; readonly organization: readonly RulesetDocument[] },
): RulesetDownload {
  return {
    version,
    environment,
    platform: narrowed(documents.platform, [environment.name, '*']),
    organization: narrowed(documents.organization, [environment.id]),
  };
}

function narrowed(documents: readonly RulesetDocument[], environments: readonly string[]): readonly RulesetDocument[] {
  return documents
    .map((document) => (document.kind === 'flag' ? only(document, environments) : document))
    .toSorted((a, b) => (refOf(a) < refOf(b) ? -1 : 1));
}

function only(flag: FlagDocument, environments: readonly string[]): FlagDocument {
  const configs = Object.entries(flag.configs).filter(([environment]) => environments.includes(environment));
  return { ...flag, configs: Object.fromEntries(configs) };
}
