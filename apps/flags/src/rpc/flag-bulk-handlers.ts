import { flagsRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CreateFlags } from '../application/create-flags.js';
import { ArchiveFlags } from '../application/archive-flags.js';
import { required, type Answer, type Asked } from './messages.js';

/** Flags: many at once. */
@Controller()
export class FlagBulkHandlers {
  constructor(
    private readonly createFlags: CreateFlags,
    private readonly archiveFlags: ArchiveFlags,
  ) {}

  @MessagePattern(flagsRpc.createFlags.subject)
  create(@Payload() { command, origin }: Asked<'createFlags'>): Answer<'createFlags'> {
    return this.createFlags.execute(command, required(origin));
  }

  @MessagePattern(flagsRpc.archiveFlags.subject)
  archive(@Payload() { command, origin }: Asked<'archiveFlags'>): Answer<'archiveFlags'> {
    return this.archiveFlags.execute(command, required(origin));
  }
}
