import { Get, Inject } from '@nestjs/common';
import { flagsRpc, PLATFORM, type Origin, type Scope } from '#libs/contracts';
import { Person } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { EvaluatorReceipts } from '../application/ports.js';
import { may } from '../domain/permissions.js';
import { propagation, type PropagationView } from '../domain/propagation.js';
import { Documented } from '../openapi/documented.js';
import * as examples from '../openapi/propagation-examples.js';
import { Management } from './management.js';
import { OriginOf } from './origin.js';

@Management('api/orgs/:org/propagation', 'Flags')
export class PropagationController {
  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(EvaluatorReceipts) private readonly receipts: EvaluatorReceipts,
  ) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'Who holds the newest version: every evaluator, and the streams by SDK',
    example: examples.propagation,
    errors: ['not_found', 'store_unavailable'],
  })
  async get(@OriginOf() origin: Origin): Promise<PropagationView> {
    const said = await this.receipts.read(origin.scope);
    // Asked afterwards: what was said before is never taken for more than it was.
    const { versions } = await this.rpc.ask(flagsRpc.getVersions, { scopes: [PLATFORM, origin.scope] }, origin);
    const of = (scope: Scope) => versions.find((version) => version.scope === scope)!;
    return propagation({ platform: of(PLATFORM), organization: of(origin.scope) }, said);
  }
}
