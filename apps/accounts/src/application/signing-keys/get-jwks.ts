import type { AnswerOf, accountsRpc } from '#libs/contracts';
import type { AccessTokens } from './access-tokens.js';

export class GetJwks {
  constructor(private readonly accessTokens: AccessTokens) {}

  async execute(): Promise<AnswerOf<typeof accountsRpc.getJwks>> {
    return { keys: await this.accessTokens.publicKeys() };
  }
}
