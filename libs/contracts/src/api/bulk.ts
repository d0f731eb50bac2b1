import { isResourceKey, RESOURCE_KEY } from '../identifiers.js';
import { Field, isString, RESOURCE_KEY_RULE, ListField, TextField, type Rule } from './fields.js';
import { MAX_BULK_ITEMS } from '../rpc/flags.js';
import { CreateFlagBody } from './flags.js';

/** The flags service checks the fields of each item and names them in errors: `items[3].key`. */
const isItem: Rule = {
  code: 'invalid_type',
  message: 'Each must be an object',
  test: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

export class CreateFlagsBody {
  @ListField({
    description: 'Either all flags are created or none',
    max: MAX_BULK_ITEMS,
    tooMany: 'batch_too_large',
    entry: isItem,
    items: { $ref: `#/components/schemas/${CreateFlagBody.name}` },
    example: [{ key: 'checkout.new_flow', name: 'New checkout', type: 'boolean' }],
  })
  readonly items!: readonly unknown[];
}

export class ArchiveFlagsBody {
  @ListField({
    description: 'Flag keys. Either all flags are archived or none',
    max: MAX_BULK_ITEMS,
    tooMany: 'batch_too_large',
    entry: { code: 'invalid_flag_key', message: RESOURCE_KEY_RULE, test: isResourceKey },
    items: { type: 'string', pattern: RESOURCE_KEY.source },
    example: ['checkout.new_flow'],
  })
  readonly keys!: readonly string[];
}

const note = {
  description: 'Reason of the change, recorded in the history and the audit log',
  optional: true,
  max: 2_000,
  example: 'Sales fell',
} as const;

export class CopyConfigBody {
  @Field({ description: 'The environment to copy from, by name or id', example: 'dev' }, { type: 'string' }, [
    { code: 'invalid_type', message: 'Must be the name or id of an environment', test: isName },
  ])
  readonly from!: string;

  @TextField(note)
  readonly note?: string;
}

export class RollbackBody {
  @Field({ description: '`version` of an entry in the history', example: 3 }, { type: 'integer' }, [
    { code: 'invalid_type', message: 'Must be a whole number', test: Number.isSafeInteger },
  ])
  readonly to_version!: number;

  @TextField(note)
  readonly note?: string;
}

function isName(value: unknown): boolean {
  return isString(value) && value !== '' && value.length <= 50;
}
