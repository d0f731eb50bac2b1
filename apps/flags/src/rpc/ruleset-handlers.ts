import { flagsRpc, type AnswerOf, type CommandOf, type RpcRequest } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { GetRuleset } from '../application/get-ruleset.js';
import { GetVersions } from '../application/get-versions.js';

type Request<R> = RpcRequest<CommandOf<R>>;
type Answer<R> = Promise<AnswerOf<R>>;

/** For evaluators: rulesets and their versions. */
@Controller()
export class RulesetHandlers {
  constructor(
    private readonly getRuleset: GetRuleset,
    private readonly getVersions: GetVersions,
  ) {}

  @MessagePattern(flagsRpc.getRuleset.subject)
  ruleset(@Payload() { command }: Request<typeof flagsRpc.getRuleset>): Answer<typeof flagsRpc.getRuleset> {
    return this.getRuleset.execute(command);
  }

  @MessagePattern(flagsRpc.getVersions.subject)
  versions(@Payload() { command }: Request<typeof flagsRpc.getVersions>): Answer<typeof flagsRpc.getVersions> {
    return this.getVersions.execute(command);
  }
}
