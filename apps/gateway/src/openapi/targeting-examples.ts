import type { SegmentView, StrategyView } from '#libs/contracts';
import { organization, stamps } from './examples.js';

export const strategy: StrategyView = {
  id: '01997d1c-5b3c-7000-8000-000000000009',
  org_id: organization.id,
  scope: 'organization',
  name: 'A tenth of Germany',
  description: null,
  conditions: [{ attribute: 'country', operator: 'equals', value: 'DE' }],
  percentage: 10,
  bucket_by: 'user_id',
  schedule: null,
  version: 1,
  ...stamps,
};
export const segment: SegmentView = {
  id: '01997d1c-5b3c-7000-8000-00000000000a',
  org_id: organization.id,
  scope: 'organization',
  key: 'beta.testers',
  name: 'Beta testers',
  description: null,
  included: ['user-1'],
  excluded: [],
  conditions: [{ attribute: 'beta', operator: 'equals', value: true }],
  version: 1,
  ...stamps,
};
