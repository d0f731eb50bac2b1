import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { GetRuleset } from '../application/get-ruleset.js';
import { GetVersions } from '../application/get-versions.js';
import { GuardLifetime } from '../application/guard-lifetime.js';
import { type Answer, type Asked } from './messages.js';

/** For evaluators: rulesets and their versions. */
@Controller()
export class RulesetHandlers {
  constructor(
    private readonly getRuleset: GetRuleset,
    private readonly getVersions: GetVersions,
    private readonly guardLifetime: GuardLifetime,
  ) {}

  @MessagePattern(flagsRpc.getRuleset.subject)
  ruleset(@Payload() { command }: Asked<'getRuleset'>): Answer<'getRuleset'> {
    return this.getRuleset.execute(command);
  }

  @MessagePattern(flagsRpc.reportVersions.subject)
  report(@Payload() { command }: Asked<'reportVersions'>): Answer<'reportVersions'> {
    return this.guardLifetime.report(command);
  }

  @MessagePattern(flagsRpc.getVersions.subject)
  versions(@Payload() { command }: Asked<'getVersions'>): Answer<'getVersions'> {
    return this.getVersions.execute(command);
  }
}
