import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { GetRuleset } from '../application/get-ruleset.js';
import { GetVersions } from '../application/get-versions.js';
import { type Answer, type Asked } from './messages.js';

/** For evaluators: rulesets and their versions. */
@Controller()
export class RulesetHandlers {
  constructor(
    private readonly getRuleset: GetRuleset,
    private readonly getVersions: GetVersions,
  ) {}

  @MessagePattern(flagsRpc.getRuleset.subject)
  ruleset(@Payload() { command }: Asked<'getRuleset'>): Answer<'getRuleset'> {
    return this.getRuleset.execute(command);
  }

  @MessagePattern(flagsRpc.getVersions.subject)
  versions(@Payload() { command }: Asked<'getVersions'>): Answer<'getVersions'> {
    return this.getVersions.execute(command);
  }
}
