import { isKey, KEY_PATTERN } from '../identifiers.js';
import { Field, isString, KEY_RULE, ListField, TextField, type Rule } from './fields.js';
import { MAX_BULK_ITEMS } from '../rpc/flags.js';
import { CreateFlagBody } from './flags.js';

/** One flag of a bulk command is looked at by the service, like any other: `items[3].key`. */
const isItem: Rule = {
  code: 'invalid_type',
  message: 'Each must be an object',
  test: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

export class CreateFlagsBody {
  @ListField({
    description: 'All of them or none are created',
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
    description: 'All of them or none are archived',
    max: MAX_BULK_ITEMS,
    tooMany: 'batch_too_large',
    entry: { code: 'invalid_flag_key', message: KEY_RULE, test: isKey },
    items: { type: 'string', pattern: KEY_PATTERN.source },
    example: ['checkout.new_flow'],
  })
  readonly keys!: readonly string[];
}

const note = {
  description: 'Why; stands in the history and the audit log',
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
  @Field({ description: '`seq` of an entry of the history', example: 3 }, { type: 'integer', minimum: 1 }, [
    { code: 'invalid_type', message: 'Must be a whole number from 1', test: isSeq },
  ])
  readonly to_version!: number;

  @TextField(note)
  readonly note?: string;
}

function isName(value: unknown): boolean {
  return isString(value) && value !== '' && value.length <= 50;
}

function isSeq(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
