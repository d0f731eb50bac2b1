import { Inject, Post } from '@nestjs/common';
import {
  ArchiveFlagsBody,
  CreateFlagsBody,
  flagsRpc,
  MAX_BULK_ITEMS,
  type FlagDraft,
  type FlagsArchived,
  type FlagsCreated,
  type Origin,
  type Written,
} from '#libs/contracts';
import { Person, RouteSettings } from '#libs/http';
import { RpcClient } from '#libs/bus';
import { may } from '../../domain/permissions.js';
import { Documented } from '../../openapi/documented.js';
import * as examples from '../../openapi/examples.js';
import { BodyOf, Management } from '../input/management.js';
import { OriginOf } from '../access/origin.js';

const errors = ['not_found', 'forbidden', 'invalid_flag_key', 'batch_too_large'] as const;

/** Many flags at once, all or nothing. */
@Management('api/orgs/:org/bulk/flags', 'Flags')
export class BulkFlagsController {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  @Post()
  @Person(may.editObjects)
  @RouteSettings({ countCreated: itemsIn })
  @Documented({
    summary: 'Create up to 100 flags, all or none',
    status: 201,
    body: true,
    example: { data: [examples.flag] },
    errors: [
      ...errors,
      'invalid_name',
      'invalid_variant',
      'invalid_metadata',
      'unsafe_number',
      'already_exists',
      'unknown_prerequisite',
    ],
  })
  create(
    @BodyOf(CreateFlagsBody) { items }: CreateFlagsBody,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagsCreated>> {
    return this.rpc.ask(flagsRpc.createFlags, { items: items as FlagDraft[] }, origin);
  }

  @Post('archive')
  @Person(may.editObjects)
  @Documented({
    summary: 'Archive up to 100 flags, all or none',
    status: 201,
    body: true,
    example: { data: [{ ...examples.flag, archived_at: examples.at }] },
    errors: [...errors, 'in_use'],
  })
  archive(
    @BodyOf(ArchiveFlagsBody) { keys }: ArchiveFlagsBody,
    @OriginOf() origin: Origin,
  ): Promise<Written<FlagsArchived>> {
    return this.rpc.ask(flagsRpc.archiveFlags, { keys }, origin);
  }
}

/** The number of flags that a body creates, for the rate limit. Invalid bodies count as 1. */
function itemsIn(body: unknown): number {
  const { items } = body as Partial<CreateFlagsBody>;
  return Array.isArray(items) && items.length <= MAX_BULK_ITEMS ? Math.max(1, items.length) : 1;
}
