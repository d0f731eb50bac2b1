import { FLAG_TYPES, type FlagType } from '../documents/documents.js';
import { MAX_RULES, MAX_WEIGHT } from '../rpc/flags.js';
import { UUID } from '../identifiers.js';
import {
  BooleanField,
  ResourceKeyField,
  isString,
  ListField,
  NameField,
  ObjectField,
  OneOfField,
  TextField,
  type ListOptions,
  type Rule,
} from './fields.js';

const NAME_MAX = 200;
const TEXT_MAX = 2_000;

const strings = (max: number): Rule => ({
  code: 'invalid_type',
  message: `Each must be a text of 1 to ${max} characters`,
  test: (value) => isString(value) && value !== '' && value.length <= max,
});
const description = {
  description: 'Free text, not used in evaluation',
  optional: true,
  nullable: true,
  max: TEXT_MAX,
  example: 'The checkout of 2027',
};
const tags = {
  description: 'Tags to search and filter by',
  optional: true,
  max: 50,
  entry: strings(100),
  items: { type: 'string' },
  example: ['checkout'],
};
const maintainer = {
  description: 'Id of the user that maintains the flag',
  optional: true,
  nullable: true,
  code: 'invalid_id',
  max: 36,
  pattern: UUID,
  rule: 'Must be the id of a user',
} as const;
const variants: ListOptions = {
  description: '1 to 100 variants. Default for a boolean flag: off and on',
  optional: true,
  code: 'invalid_variant',
  max: 100,
  items: {
    type: 'object',
    required: ['name', 'value'],
    properties: {
      name: { type: 'string' },
      value: {},
      weight: { type: 'integer', minimum: 0, maximum: MAX_WEIGHT, default: 1 },
    },
  },
  example: [
    { name: 'off', value: false, weight: 1 },
    { name: 'on', value: true, weight: 1 },
  ],
};
const defaultVariant = {
  description: 'Variant served when no target and no rule matches',
  optional: true,
  code: 'default_variant_missing',
  max: 100,
  example: 'off',
} as const;
const prerequisites = {
  description: 'Flags that must serve a given variant; otherwise this flag serves its default variant',
  optional: true,
  max: 100,
  items: {
    type: 'object',
    required: ['flag_key', 'required_variant'],
    properties: { flag_key: { type: 'string' }, required_variant: { type: 'string' } },
  },
  example: [],
};
const salt = {
  description: 'Input of the bucket hash; another salt reassigns all buckets. Default: the flag key',
  optional: true,
  max: 100,
  example: 'checkout.new_flow',
};
const metadata = {
  description:
    'What OpenFeature clients get beside the value: up to 20 names with texts, numbers or booleans; replaces the whole map',
  optional: true,
  code: 'invalid_metadata',
  example: { owner: 'team-checkout' },
} as const;
const metadataSchema = { additionalProperties: { type: ['string', 'number', 'boolean'] } };
const exposures = { description: 'Whether exposures are recorded', optional: true, example: true };
const permanent = { description: 'Whether the flag is never reported as stale', optional: true, example: false };

export class CreateFlagBody {
  @ResourceKeyField({
    description: 'The flag key that code uses; it never changes',
    code: 'invalid_flag_key',
    example: 'checkout.new_flow',
  })
  readonly key!: string;

  @NameField({ description: 'Display name', max: NAME_MAX, example: 'New checkout' })
  readonly name!: string;

  @OneOfField({ description: 'The type of every variant; it never changes', example: 'boolean' }, FLAG_TYPES)
  readonly type!: FlagType;

  @TextField(description)
  readonly description?: string | null;

  @ListField(tags)
  readonly tags?: readonly string[];

  @TextField(maintainer)
  readonly maintainer_user_id?: string | null;

  @ListField(variants)
  readonly variants?: readonly unknown[];

  @TextField(defaultVariant)
  readonly default_variant?: string;

  @ListField(prerequisites)
  readonly prerequisites?: readonly unknown[];

  @TextField(salt)
  readonly salt?: string;

  @ObjectField(metadata, metadataSchema)
  readonly metadata?: Readonly<Record<string, unknown>>;

  @BooleanField(exposures)
  readonly exposure_tracking?: boolean;

  @BooleanField(permanent)
  readonly permanent?: boolean;
}

export class UpdateFlagBody {
  @NameField({ description: 'Display name', optional: true, max: NAME_MAX, example: 'New checkout' })
  readonly name?: string;

  @TextField(description)
  readonly description?: string | null;

  @ListField(tags)
  readonly tags?: readonly string[];

  @TextField(maintainer)
  readonly maintainer_user_id?: string | null;

  @ListField({ ...variants, description: 'Replaces the whole list' })
  readonly variants?: readonly unknown[];

  @TextField(defaultVariant)
  readonly default_variant?: string;

  @ListField(prerequisites)
  readonly prerequisites?: readonly unknown[];

  @TextField(salt)
  readonly salt?: string;

  @ObjectField(metadata, metadataSchema)
  readonly metadata?: Readonly<Record<string, unknown>>;

  @BooleanField(exposures)
  readonly exposure_tracking?: boolean;

  @BooleanField(permanent)
  readonly permanent?: boolean;
}

export class UpdateFlagConfigBody {
  @BooleanField({
    description: 'When false, every evaluation serves the default variant',
    optional: true,
    example: true,
  })
  readonly enabled?: boolean;

  @ListField({
    description: 'Replaces the whole list. The first rule that matches decides',
    optional: true,
    code: 'invalid_rule',
    max: MAX_RULES,
    items: { type: 'object', additionalProperties: true },
    example: [{ conditions: [{ attribute: 'country', operator: 'equals', value: 'DE' }], percentage: 50 }],
  })
  readonly rules?: readonly unknown[];

  @ObjectField(
    { description: 'User ids by variant; replaces the whole map', optional: true, example: { on: ['user-1'] } },
    { additionalProperties: { type: 'array', items: { type: 'string' } } },
  )
  readonly targets?: Readonly<Record<string, unknown>>;

  @TextField({
    description: 'Reason of the change, recorded in the audit log',
    optional: true,
    max: TEXT_MAX,
    example: 'Half of Germany',
  })
  readonly note?: string;
}
