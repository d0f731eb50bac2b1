import { refOf, type FlagDocument, type RulesetDocument } from './documents.js';

interface DownloadEnvironment {
  readonly id: string;
  readonly name: string;
}
/** The documents of the platform and those of an organization. */
interface RulesetSets {
  readonly platform: readonly RulesetDocument[];
  readonly organization: readonly RulesetDocument[];
}
/** All that is needed to evaluate one environment, for SDKs that evaluate locally. */
export interface RulesetDownload extends RulesetSets {
  readonly version: string;
  readonly environment: DownloadEnvironment;
}

/** Takes the configs of other environments out, and puts the documents in the order of their references: equal rulesets are equal text. */
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

/** A document as SDKs of one environment get it: of a flag's configs only those that hold there. */
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
