import { Inject, Post } from '@nestjs/common';
import { accountsRpc, EvaluateBody, evaluationRpc, type EvaluateAnswer, type Origin } from '#libs/contracts';
import { Person, RouteSettings } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';

@Management('api/orgs/:org/evaluate', 'Flags')
export class PlaygroundController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post()
  @Person(may.tryOut)
  @RouteSettings({ numbers: 'any' })
  @Documented({
    summary: 'Evaluate flags for a context, with reasons; the evaluations are not counted',
    body: true,
    example: examples.evaluation,
    errors: [
      'not_found',
      'invalid_environment_name',
      'invalid_context',
      'context_too_large',
      'environment_mismatch',
      'too_many_flags',
      'not_initialised',
    ],
  })
  async evaluate(
    @BodyOf(EvaluateBody) { environment, context, flags, explain }: EvaluateBody,
    @OriginOf() origin: Origin,
  ): Promise<EvaluateAnswer> {
    const { id, name } = await this.rpc.ask(accountsRpc.getEnvironment, { environment }, origin);
    const command = { environment: { id, name }, context, flags, explain, dry_run: true };
    return this.rpc.ask(evaluationRpc.evaluate, command, origin);
  }
}
