import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { evaluationRpc, type EvaluateAnswer, type EvaluateCommand, type RpcRequest } from '#libs/contracts';
import { AppError } from '#libs/kernel';
import { Evaluate } from '../application/evaluate.js';

@Controller()
export class EvaluationRpc {
  constructor(private readonly useCase: Evaluate) {}

  @MessagePattern(evaluationRpc.evaluate.subject)
  evaluate(@Payload() { command, origin }: RpcRequest<EvaluateCommand>): Promise<EvaluateAnswer> {
    if (origin === undefined) throw new AppError('unauthenticated', 'An evaluation needs the organization it is for');
    return this.useCase.execute(origin.scope, command);
  }
}
