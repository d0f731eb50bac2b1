import { refOf, type FlagDocument, type RulesetDocument } from './documents.js';

interface DownloadEnvironment {
  readonly id: string;
  readonly name: string;
}
/** The documents of the platform and of one organization. */
interface RulesetSets {
  readonly platform: readonly RulesetDocument[];
  readonly organization: readonly RulesetDocument[];
}
/** The ruleset of one environment, for SDKs that evaluate locally. */
export interface RulesetDownload extends RulesetSets {
  readonly version: string;
  readonly environment: DownloadEnvironment;
}

/** Removes the configurations of other environments and sorts the documents, so that equal rulesets are equal texts. */
export function rulesetDownload(
  version: string,
  environment: DownloadEnvironment,
  documents: RulesetSets,
): RulesetDownload {
  const { platform, organization } = documents;
  return {
    version,
    environment,
    platform: inOrder(platform.map((document) => narrowed(document, 'platform', environment))),
    organization: inOrder(organization.map((document) => narrowed(document, 'organization', environment))),
  };
}

/** A document without the configurations of other environments. */
export function narrowed<D extends RulesetDocument>(
  document: D,
  owner: keyof RulesetSets,
  environment: DownloadEnvironment,
): D {
  if (document.kind !== 'flag') return document;
  const wanted = owner === 'platform' ? [environment.name, '*'] : [environment.id];
  const configs = Object.entries((document satisfies FlagDocument).configs).filter(([name]) => wanted.includes(name));
  return { ...document, configs: Object.fromEntries(configs) };
}

function inOrder(documents: readonly RulesetDocument[]): readonly RulesetDocument[] {
  return documents.toSorted((a, b) => (refOf(a) < refOf(b) ? -1 : 1));
}
