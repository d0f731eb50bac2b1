import {
  Field,
  isString,
  ResourceKeyField,
  ListField,
  NameField,
  ObjectField,
  TextField,
  type FieldOptions,
  type Rule,
} from './fields.js';

const NAME_MAX = 200;
const MAX_IDS = 10_000;
const description = {
  description: 'Free text, not used in evaluation',
  optional: true,
  nullable: true,
  max: 2_000,
  example: 'Customers that test new features',
} as const;

const isTree: Rule = {
  code: 'invalid_condition',
  message: 'Must be a list of conditions, or an object of all, any, not or one condition',
  test: (value) => typeof value === 'object' && value !== null,
};
const conditionsSchema = { oneOf: [{ type: 'array', items: { type: 'object' } }, { type: 'object' }] };

/** A condition tree. The flags service checks its content. */
function ConditionsField(options: Pick<FieldOptions, 'optional' | 'nullable' | 'description'>): PropertyDecorator {
  const example = [{ attribute: 'country', operator: 'equals', value: 'DE' }];
  return Field({ ...options, code: 'invalid_condition', example }, conditionsSchema, [isTree]);
}

/** The flags service refuses more than three decimals. */
const isPercentage: Rule = {
  code: 'invalid_percentage',
  message: 'Must be a number from 0 to 100',
  test: (value) => typeof value === 'number' && value >= 0 && value <= 100,
};
const percentage = {
  description: 'Share of the contexts that match the conditions, with up to three decimals. Default: 100',
  optional: true,
  nullable: true,
  code: 'invalid_percentage',
  example: 12.5,
} as const;
const percentageSchema = { type: 'number', minimum: 0, maximum: 100 } as const;
const bucketBy = {
  description: 'Bucket key of the percentage: user_id, org_id, session_id or an attribute. Default: user_id',
  optional: true,
  nullable: true,
  max: 200,
  example: 'user_id',
} as const;
const schedule = {
  description: 'Replaces the percentage: the latest step with start_at in the past applies',
  optional: true,
  nullable: true,
  code: 'invalid_schedule',
  example: { steps: [{ percentage: 10, start_at: '2027-01-31T12:00:00Z' }] },
} as const;

export class CreateStrategyBody {
  @NameField({ description: 'Display name', max: NAME_MAX, example: 'A tenth of Germany' })
  readonly name!: string;

  @ConditionsField({ description: 'Contexts that the strategy matches; an empty list matches all' })
  readonly conditions!: unknown;

  @Field(percentage, percentageSchema, [isPercentage])
  readonly percentage?: number | null;

  @TextField(bucketBy)
  readonly bucket_by?: string | null;

  @ObjectField(schedule)
  readonly schedule?: object | null;

  @TextField(description)
  readonly description?: string | null;
}

export class UpdateStrategyBody {
  @NameField({ description: 'Display name', optional: true, max: NAME_MAX, example: 'A tenth of Germany' })
  readonly name?: string;

  @ConditionsField({ description: 'Contexts that the strategy matches; an empty list matches all', optional: true })
  readonly conditions?: unknown;

  @Field(percentage, percentageSchema, [isPercentage])
  readonly percentage?: number | null;

  @TextField(bucketBy)
  readonly bucket_by?: string | null;

  @ObjectField(schedule)
  readonly schedule?: object | null;

  @TextField(description)
  readonly description?: string | null;
}

const userIds = (text: string) =>
  ({
    description: text,
    optional: true,
    max: MAX_IDS,
    entry: {
      code: 'invalid_user_id',
      message: 'A user id has 1 to 200 characters',
      test: (value: unknown) => isString(value) && value !== '' && value.length <= 200,
    },
    items: { type: 'string', minLength: 1, maxLength: 200 },
    example: ['user-1'],
  }) as const;
const segmentConditions = {
  description: 'Contexts that belong to it besides the included users. `null`: none; an empty list: all',
  optional: true,
  nullable: true,
};

export class CreateSegmentBody {
  @ResourceKeyField({
    description: 'The segment key that conditions use; it never changes',
    code: 'invalid_segment_key',
    example: 'beta.testers',
  })
  readonly key!: string;

  @NameField({ description: 'Display name', max: NAME_MAX, example: 'Beta testers' })
  readonly name!: string;

  @ListField(userIds('User ids that belong to it regardless of the conditions'))
  readonly included?: readonly string[];

  @ListField(userIds('User ids that never belong to it'))
  readonly excluded?: readonly string[];

  @ConditionsField(segmentConditions)
  readonly conditions?: unknown;

  @TextField(description)
  readonly description?: string | null;
}

export class UpdateSegmentBody {
  @NameField({ description: 'Display name', optional: true, max: NAME_MAX, example: 'Beta testers' })
  readonly name?: string;

  @ListField(userIds('User ids that belong to it regardless of the conditions; replaces the whole list'))
  readonly included?: readonly string[];

  @ListField(userIds('User ids that never belong to it; replaces the whole list'))
  readonly excluded?: readonly string[];

  @ConditionsField(segmentConditions)
  readonly conditions?: unknown;

  @TextField(description)
  readonly description?: string | null;
}
