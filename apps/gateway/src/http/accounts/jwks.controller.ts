import { Get, Header, Inject } from '@nestjs/common';
import { accountsRpc, type AnswerOf } from '#libs/contracts';
import { Public } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { Management } from '../input/management.js';

@Management('.well-known', 'Sign-in')
export class JwksController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get('jwks.json')
  @Public()
  @Header('cache-control', 'public, max-age=60')
  @Documented({ summary: 'The public keys of access tokens', by: 'public', example: examples.jwks })
  jwks(): Promise<AnswerOf<typeof accountsRpc.getJwks>> {
    return this.rpc.ask(accountsRpc.getJwks, {});
  }
}
