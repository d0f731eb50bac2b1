import { Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { auditRpc, SEVERITIES, type AuditEntryView, type Origin, type PageOf } from '#libs/contracts';
import { readPage, pageParams, param, Person, type QueryOf } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented, Query } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { wholeEntry } from '../../application/audit/whole-entry.js';
import { Management } from '../input/management.js';
import { seqParam } from '../input/params.js';
import { OriginOf } from '../access/origin.js';

const listParams = {
  ...pageParams,
  event: param.text(),
  actor_id: param.text(),
  resource_type: param.text(),
  resource_key: param.text(),
  environment: param.text(),
  severity: param.oneOf(SEVERITIES),
  request_id: param.text(),
  from: param.startTime,
  to: param.endTime,
};

@Management('api/orgs/:org/audit', 'Audit')
export class AuditController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Get()
  @Person(may.readAudit)
  @Documented({
    summary: 'Audit log: who did what, newest first; without `before` and `after`, and without a diff over 64 KiB',
    example: examples.page(examples.auditEntry),
    errors: ['not_found', 'forbidden', 'invalid_limit', 'invalid_cursor', 'invalid_timestamp'],
  })
  list(
    @Query(listParams) query: QueryOf<typeof listParams>,
    @OriginOf() origin: Origin,
  ): Promise<PageOf<AuditEntryView>> {
    const { limit, cursor, order, from, to, ...equal } = query;
    const filter = { ...equal, from: from?.toISOString(), to: to?.toISOString() };
    return this.rpc.ask(auditRpc.listEntries, { filter, page: readPage({ limit, cursor, order }, 'desc') }, origin);
  }

  @Get(':seq')
  @Person(may.readAudit)
  @Documented({
    summary: 'One whole entry of the audit log, with `before`, `after` and the diff',
    example: examples.wholeAuditEntry,
    errors: ['not_found', 'forbidden'],
  })
  read(
    @Param('seq', seqParam) seq: number,
    @OriginOf() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    void reply.type('application/json; charset=utf-8');
    return wholeEntry(this.rpc, seq, origin);
  }
}
