import { Delete, Get, Inject, Param } from '@nestjs/common';
import { accountsRpc, type InvitationView, type Origin, type PageOf } from '#libs/contracts';
import { pageParams, Person, readPage, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import { page } from '../../openapi/examples.js';
import * as examples from '../../openapi/people-examples.js';
import { Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';
import { idParam } from '../input/params.js';

/** Invitations into an organization that wait for an answer; POST `/members` makes them. */
@Management('api/orgs/:org/invitations', 'Members')
@Person(may.manageOrganization)
export class InvitationsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Documented({
    summary: 'The invitations that wait for an answer',
    example: page(examples.invitation),
    errors: ['not_found', 'forbidden', 'invalid_limit', 'invalid_cursor'],
  })
  list(
    @Query(pageParams) query: QueryOf<typeof pageParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<InvitationView>> {
    return this.rpc.ask(accountsRpc.listInvitations, { page: readPage(query) }, origin);
  }

  @Delete(':id')
  @Documented({ summary: 'Withdraw an invitation', status: 204, errors: ['not_found', 'forbidden', 'invalid_id'] })
  async withdraw(@Param('id', idParam) invitation_id: string, @OriginOf() origin: Origin): Promise<void> {
    await this.rpc.ask(accountsRpc.withdrawInvitation, { invitation_id }, origin);
  }
}
