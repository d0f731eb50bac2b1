import { accountsRpc, type EnvironmentView, type Origin } from '#libs/contracts';
import type { RpcClient } from '#libs/bus';
import type { Accounts } from '../application/ports/accounts.js';
import type { Environment } from '../domain/environment.js';

const PAGE = 200;
const TIMEOUT_MS = 1_500;

export class RpcAccounts implements Accounts {
  constructor(private readonly rpc: RpcClient) {}

  async getEnvironment(environment: string, origin: Origin): Promise<Environment> {
    const options = { timeoutMs: TIMEOUT_MS };
    return toEnvironment(await this.rpc.ask(accountsRpc.getEnvironment, { environment }, origin, options));
  }

  async listEnvironments(origin: Origin): Promise<readonly Environment[]> {
    const environments: Environment[] = [];
    for (let cursor: string | undefined; ;) {
      const page = { limit: PAGE, order: 'asc', cursor } as const;
      const answer = await this.rpc.ask(accountsRpc.listEnvironments, { page }, origin, { timeoutMs: TIMEOUT_MS });
      environments.push(...answer.data.map(toEnvironment));
      if (answer.next_cursor === null) return environments;
      cursor = answer.next_cursor;
    }
  }
}

function toEnvironment(view: EnvironmentView): Environment {
  const { id, org_id, name, position, version } = view;
  return { id, scope: org_id, name, protected: view.protected, position, version, isDeleted: false };
}
