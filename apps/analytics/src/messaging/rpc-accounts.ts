import { accountsRpc, type EventSettingsPage } from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import type { Accounts, OrganizationSetting } from '../application/retention/ports.js';

export class RpcAccounts implements Accounts {
  constructor(private readonly rpc: RpcClient) {}

  async *everySetting(): AsyncIterable<readonly OrganizationSetting[]> {
    for (let after: string | undefined; ;) {
      const page = await this.rpc.ask(accountsRpc.listEventSettings, { after });
      yield page.settings.map(toSetting);
      if (page.next_after === null) return;
      after = page.next_after;
    }
  }
}

function toSetting(row: EventSettingsPage['settings'][number]): OrganizationSetting {
  const { org_id: orgId, event_retention_days: retentionDays, capture_ip: captureIp, version } = row;
  return { orgId, retentionDays, captureIp, version };
}
