import { targetingRpc } from '#libs/contracts';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { CreateSegment } from '../application/create-segment.js';
import { ListSegments } from '../application/list-segments.js';
import { GetSegment } from '../application/get-segment.js';
import { UpdateSegment } from '../application/update-segment.js';
import { DeleteSegment } from '../application/delete-segment.js';
import { required, type Answer, type Asked } from './messages.js';

/** Segments. */
@Controller()
export class SegmentHandlers {
  constructor(
    private readonly createSegment: CreateSegment,
    private readonly listSegments: ListSegments,
    private readonly getSegment: GetSegment,
    private readonly updateSegment: UpdateSegment,
    private readonly deleteSegment: DeleteSegment,
  ) {}

  @MessagePattern(targetingRpc.createSegment.subject)
  create(@Payload() { command, origin }: Asked<'createSegment'>): Answer<'createSegment'> {
    return this.createSegment.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.listSegments.subject)
  list(@Payload() { command, origin }: Asked<'listSegments'>): Answer<'listSegments'> {
    return this.listSegments.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.getSegment.subject)
  get(@Payload() { command, origin }: Asked<'getSegment'>): Answer<'getSegment'> {
    return this.getSegment.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.updateSegment.subject)
  update(@Payload() { command, origin }: Asked<'updateSegment'>): Answer<'updateSegment'> {
    return this.updateSegment.execute(command, required(origin));
  }

  @MessagePattern(targetingRpc.deleteSegment.subject)
  delete(@Payload() { command, origin }: Asked<'deleteSegment'>): Answer<'deleteSegment'> {
    return this.deleteSegment.execute(command, required(origin));
  }
}
