import { accountsRpc, type KeyRecord } from '#libs/contracts';
import type { RpcClient } from '../messaging/index.js';

/** Where the record of a key is looked up; `null` when there is none. */
export abstract class KeyDirectory {
  abstract find(lookupId: string): Promise<KeyRecord | null>;
}

export class RpcKeyDirectory extends KeyDirectory {
  constructor(private readonly rpc: RpcClient) {
    super();
  }

  override async find(lookupId: string): Promise<KeyRecord | null> {
    return (await this.rpc.ask(accountsRpc.getKeyRecord, { lookup_id: lookupId })).record;
  }
}
