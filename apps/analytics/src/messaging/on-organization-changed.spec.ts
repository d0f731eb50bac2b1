import { OrganizationUpdatedV1, systemOrigin, type FactOf } from '#libs/contracts';
import type { OrganizationSetting } from '../application/retention/ports.js';
import { onOrganizationChanged } from './on-organization-changed.js';

const ORG = '01900000-0000-7000-8000-00000000000a';
type Data = FactOf<typeof OrganizationUpdatedV1>['data'];

describe('onOrganizationChanged', () => {
  const saved: OrganizationSetting[] = [];
  const handler = onOrganizationChanged({ save: async (settings) => void saved.push(...settings) });
  const handle = async (more: Partial<Data>): Promise<void> => {
    const data = { org_id: ORG, slug: 'acme', name: 'Acme', version: 3, ...more };
    const { actor } = systemOrigin(ORG, 'r1');
    const metadata = { correlation_id: 'r1', source: 'accounts' };
    const head = {
      id: ORG,
      type: OrganizationUpdatedV1.type,
      version: 1,
      timestamp: '2026-01-01T00:00:00.000Z',
    } as const;
    await handler({ ...head, org_id: ORG, actor, data, metadata });
  };
  beforeEach(() => void (saved.length = 0));

  it('saves the settings with their version', async () => {
    await handle({ event_retention_days: 30, capture_ip: true });

    expect(saved).toEqual([{ orgId: ORG, retentionDays: 30, captureIp: true, version: 3 }]);
  });

  it.each([[{}], [{ event_retention_days: 30 }], [{ capture_ip: true }]])(
    'ignores a fact from before the settings existed: %j',
    async (data) => {
      await handle(data);

      expect(saved).toEqual([]);
    },
  );
});
