import { FLAG_TYPES, type FlagType } from '../documents/documents.js';
import { isKey, KEY_PATTERN, UUID } from '../identifiers.js';
import {
  BooleanField,
  Field,
  KEY_RULE,
  KeyField,
  isString,
  ListField,
  NameField,
  ObjectField,
  OneOfField,
  TextField,
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
  description: 'For people',
  optional: true,
  nullable: true,
  max: TEXT_MAX,
  example: 'The checkout of 2027',
};
const tags = {
  description: 'For people to find it by',
  optional: true,
  max: 50,
  entry: strings(100),
  items: { type: 'string' },
  example: ['checkout'],
};
const maintainer = {
  description: 'Who looks after it',
  optional: true,
  nullable: true,
  code: 'invalid_id',
  max: 36,
  pattern: UUID,
  rule: 'Must be the id of a user',
} as const;
const variants = {
  description: '1 to 100; a boolean flag gets off and on unless sent',
  optional: true,
  code: 'invalid_variant',
  max: 100,
  items: {
    type: 'object',
    required: ['name', 'value'],
    properties: { name: { type: 'string' }, value: {}, weight: { type: 'integer', minimum: 0, default: 1 } },
  },
  example: [
    { name: 'off', value: false, weight: 1 },
    { name: 'on', value: true, weight: 1 },
  ],
} as const;
const defaultVariant = {
  description: 'What is served when nothing admits',
  optional: true,
  code: 'default_variant_missing',
  max: 100,
  example: 'off',
} as const;
const prerequisites = {
  description: 'Flags that must serve a variant before the rules of this one are looked at',
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
  description: 'Another salt reshuffles the buckets; the key unless sent',
  optional: true,
  max: 100,
  example: 'checkout.new_flow',
};
const exposures = { description: 'Whether exposures are recorded', optional: true, example: true };
const permanent = { description: 'Never counts as stale', optional: true, example: false };

export class CreateFlagBody {
  @KeyField({
    description: 'What code calls it; never changes',
    code: 'invalid_flag_key',
    example: 'checkout.new_flow',
  })
  readonly key!: string;

  @NameField({ description: 'What people call it', max: NAME_MAX, example: 'New checkout' })
  readonly name!: string;

  @OneOfField({ description: 'The type of every variant; never changes', example: 'boolean' }, FLAG_TYPES)
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

  @BooleanField(exposures)
  readonly exposure_tracking?: boolean;

  @BooleanField(permanent)
  readonly permanent?: boolean;
}

export class UpdateFlagBody {
  @NameField({ description: 'What people call it', optional: true, max: NAME_MAX, example: 'New checkout' })
  readonly name?: string;

  @TextField(description)
  readonly description?: string | null;

  @ListField(tags)
  readonly tags?: readonly string[];

  @TextField(maintainer)
  readonly maintainer_user_id?: string | null;

  @ListField({ ...variants, description: 'All of them' })
  readonly variants?: readonly unknown[];

  @TextField(defaultVariant)
  readonly default_variant?: string;

  @ListField(prerequisites)
  readonly prerequisites?: readonly unknown[];

  @TextField(salt)
  readonly salt?: string;

  @BooleanField(exposures)
  readonly exposure_tracking?: boolean;

  @BooleanField(permanent)
  readonly permanent?: boolean;
}

export class UpdateFlagConfigBody {
  @BooleanField({ description: 'Off serves the default variant to everybody', optional: true, example: true })
  readonly enabled?: boolean;

  @ListField({
    description: 'All of them, in order; the first that admits decides',
    optional: true,
    code: 'invalid_rule',
    max: 1_000,
    items: { type: 'object', additionalProperties: true },
    example: [{ conditions: [{ attribute: 'country', operator: 'equals', value: 'DE' }], percentage: 50 }],
  })
  readonly rules?: readonly unknown[];

  @ObjectField(
    { description: 'User ids by variant, all of them', optional: true, example: { on: ['user-1'] } },
    { additionalProperties: { type: 'array', items: { type: 'string' } } },
  )
  readonly targets?: Readonly<Record<string, unknown>>;

  @TextField({ description: 'Why; stands in the audit log', optional: true, max: TEXT_MAX, example: 'Half of Germany' })
  readonly note?: string;
}

const linked = {
  description: 'The flags that it turns off; they need not exist yet',
  max: 1_000,
  entry: { code: 'invalid_flag_key', message: KEY_RULE, test: isKey },
  items: { type: 'string', pattern: KEY_PATTERN.source },
  example: ['checkout.new_flow'],
} as const;

export class CreateKillSwitchBody {
  @KeyField({
    description: 'What it is called; never changes',
    code: 'invalid_kill_switch_key',
    example: 'stop_checkout',
  })
  readonly key!: string;

  @NameField({ description: 'What people call it', max: NAME_MAX, example: 'Stop the checkout' })
  readonly name!: string;

  @ListField(linked)
  readonly linked_flag_keys!: readonly string[];

  @TextField(description)
  readonly description?: string | null;
}

export class UpdateKillSwitchBody {
  @NameField({ description: 'What people call it', optional: true, max: NAME_MAX, example: 'Stop the checkout' })
  readonly name?: string;

  @ListField({ ...linked, optional: true })
  readonly linked_flag_keys?: readonly string[];

  @TextField(description)
  readonly description?: string | null;
}

export class ActivateKillSwitchBody {
  @Field(
    {
      description: 'Why, for those who find everything off',
      code: 'reason_required',
      example: 'Refunds are paid twice',
    },
    { type: 'string', maxLength: TEXT_MAX },
    [
      { code: 'reason_required', message: 'Say why', test: (value) => isString(value) && value.trim() !== '' },
      {
        code: 'too_long',
        message: `Must not be longer than ${TEXT_MAX}`,
        test: (value) => String(value).length <= TEXT_MAX,
      },
    ],
  )
  readonly reason!: string;
}
