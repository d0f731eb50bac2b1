import { Get, Inject } from '@nestjs/common';
import type { Origin } from '#libs/contracts';
import { Person } from '#libs/http';
import { GetPropagation } from '../../application/propagation/get-propagation.js';
import { may } from '../../domain/permissions.js';
import type { PropagationView } from '../../domain/propagation.js';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/propagation-examples.js';
import { OriginOf } from '../access/origin.js';
import { Management } from '../input/management.js';

@Management('api/orgs/:org/propagation', 'Flags')
export class PropagationController {
  constructor(@Inject(GetPropagation) private readonly getPropagation: GetPropagation) {}

  @Get()
  @Person(may.read)
  @Documented({
    summary: 'Which evaluators hold the newest version, and the streams by SDK',
    example: examples.propagation,
    errors: ['not_found', 'store_unavailable'],
  })
  get(@OriginOf() origin: Origin): Promise<PropagationView> {
    return this.getPropagation.execute(origin);
  }
}
