import { accountsRpc, type EventSettingsPage } from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import { RpcAccounts } from './rpc-accounts.js';

it('reads the settings of every organization, page after page', async () => {
  const ask = async (question: unknown, { after }: { after?: string }): Promise<EventSettingsPage> => {
    expect(question).toBe(accountsRpc.listEventSettings);
    const n = Number(after ?? 0);
    const settings = [{ org_id: String(n + 1), capture_ip: n === 1, event_retention_days: 30 + n, version: 1 }];
    return { settings, next_after: n < 2 ? String(n + 1) : null };
  };
  const read = [];
  for await (const page of new RpcAccounts({ ask } as unknown as RpcClient).everySetting()) read.push(...page);

  expect(read.map(({ orgId, retentionDays, captureIp }) => [orgId, retentionDays, captureIp])).toEqual([
    ['1', 30, false],
    ['2', 31, true],
    ['3', 32, false],
  ]);
});
