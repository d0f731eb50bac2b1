import type { FlagDocument, RulesetDocument } from './documents.js';
import { rulesetDownload } from './download.js';

const config = { enabled: true, targets: {}, rules: [], version: 1 };
const flag = (key: string, configs: FlagDocument['configs']): RulesetDocument => ({
  kind: 'flag',
  id: key,
  key,
  type: 'boolean',
  variants: [{ name: 'off', value: false, weight: 1 }],
  default_variant: 'off',
  prerequisites: [],
  salt: key,
  exposure_tracking: true,
  archived: false,
  version: 1,
  configs,
});

describe('rulesetDownload', () => {
  it('holds the configs of its environment alone, the platform’s by name and fallback, in a stable order', () => {
    const download = rulesetDownload(
      'v',
      { id: 'e1', name: 'dev' },
      {
        platform: [flag('p.flag', { dev: config, '*': config, prod: config })],
        organization: [flag('b.flag', { e1: config, e2: config }), flag('a.flag', { e2: config })],
      },
    );
    const shape = (documents: readonly RulesetDocument[]) =>
      documents.map((document) => [(document as FlagDocument).key, Object.keys((document as FlagDocument).configs)]);
    expect(shape(download.platform)).toEqual([['p.flag', ['dev', '*']]]);
    expect(shape(download.organization)).toEqual([
      ['a.flag', []],
      ['b.flag', ['e1']],
    ]);
  });
});
