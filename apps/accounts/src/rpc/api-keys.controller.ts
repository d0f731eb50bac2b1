import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { accountsRpc } from '#libs/contracts';
import { CreateApiKey } from '../application/api-keys/create-api-key.js';
import { GetKeyRecord } from '../application/api-keys/get-key-record.js';
import { ListApiKeys } from '../application/api-keys/list-api-keys.js';
import { RevokeApiKey } from '../application/api-keys/revoke-api-key.js';
import { ListRevocations } from '../application/api-keys/list-revocations.js';
import { known, type Answer, type Asked } from './messages.js';

@Controller()
export class ApiKeysController {
  constructor(
    @Inject(ListApiKeys) private readonly list: ListApiKeys,
    @Inject(CreateApiKey) private readonly create: CreateApiKey,
    @Inject(RevokeApiKey) private readonly revoke: RevokeApiKey,
    @Inject(GetKeyRecord) private readonly keyRecord: GetKeyRecord,
    @Inject(ListRevocations) private readonly revocations: ListRevocations,
  ) {}

  @MessagePattern(accountsRpc.listApiKeys.subject)
  listApiKeys(@Payload() { command, origin }: Asked<'listApiKeys'>): Answer<'listApiKeys'> {
    return this.list.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.createApiKey.subject)
  createApiKey(@Payload() { command, origin }: Asked<'createApiKey'>): Answer<'createApiKey'> {
    return this.create.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.revokeApiKey.subject)
  revokeApiKey(@Payload() { command, origin }: Asked<'revokeApiKey'>): Answer<'revokeApiKey'> {
    return this.revoke.execute(command, known(origin));
  }

  @MessagePattern(accountsRpc.getKeyRecord.subject)
  getKeyRecord(@Payload() { command }: Asked<'getKeyRecord'>): Answer<'getKeyRecord'> {
    return this.keyRecord.execute(command);
  }

  @MessagePattern(accountsRpc.listRevocations.subject)
  listRevocations(@Payload() { command }: Asked<'listRevocations'>): Answer<'listRevocations'> {
    return this.revocations.execute(command);
  }
}
