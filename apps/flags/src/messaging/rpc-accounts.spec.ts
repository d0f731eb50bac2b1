import { accountsRpc, systemOrigin, type EnvironmentView, type Page } from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import { RpcAccounts } from './rpc-accounts.js';

const ORG = '01900000-0000-7000-8000-00000000000a';

it('lists all environments of an organization, however many pages accounts makes of them', async () => {
  const views = Array.from(
    { length: 450 },
    (_, n) => ({ id: `${n}`, org_id: ORG, name: `env${n}` }) as EnvironmentView,
  );
  const rpc = {
    ask: async (question: unknown, { page }: { page: Page }) => {
      expect(question).toBe(accountsRpc.listEnvironments);
      const from = Number(page.cursor ?? 0);
      const [data, to] = [views.slice(from, from + page.limit), from + page.limit];
      const has_more = to < views.length;
      return { data, has_more, next_cursor: has_more ? `${to}` : null };
    },
  } as unknown as RpcClient;

  const environments = await new RpcAccounts(rpc).listEnvironments(systemOrigin(ORG, 'r'));

  expect(environments.map(({ id, scope }) => [id, scope])).toEqual(views.map(({ id }) => [id, ORG]));
});
