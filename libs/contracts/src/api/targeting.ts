import {
  Field,
  isString,
  KeyField,
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
  description: 'For people',
  optional: true,
  nullable: true,
  max: 2_000,
  example: 'Whoever tries things first',
} as const;

const isTree: Rule = {
  code: 'invalid_condition',
  message: 'Must be a list of conditions, or an object of all, any, not or one condition',
  test: (value) => typeof value === 'object' && value !== null,
};
const conditionsSchema = { oneOf: [{ type: 'array', items: { type: 'object' } }, { type: 'object' }] };

/** A tree of conditions; what stands in it is checked by the service that owns it. */
function ConditionsField(options: Pick<FieldOptions, 'optional' | 'nullable' | 'description'>): PropertyDecorator {
  const example = [{ attribute: 'country', operator: 'equals', value: 'DE' }];
  return Field({ ...options, code: 'invalid_condition', example }, conditionsSchema, [isTree]);
}

/** Up to three decimals; finer ones are refused by the service. */
const isPercentage: Rule = {
  code: 'invalid_percentage',
  message: 'Must be a number from 0 to 100',
  test: (value) => typeof value === 'number' && value >= 0 && value <= 100,
};
const percentage = {
  description: 'How many of those that the conditions admit, with up to three decimals; all unless sent',
  optional: true,
  nullable: true,
  code: 'invalid_percentage',
  example: 12.5,
} as const;
const percentageSchema = { type: 'number', minimum: 0, maximum: 100 };
const bucketBy = {
  description: 'What the percentage counts: user_id, org_id, session_id or an attribute; user_id unless sent',
  optional: true,
  nullable: true,
  max: 200,
  example: 'user_id',
} as const;
const schedule = {
  description: 'Replaces the percentage: the latest step whose time has come counts',
  optional: true,
  nullable: true,
  code: 'invalid_schedule',
  example: { steps: [{ percentage: 10, start_at: '2027-01-31T12:00:00Z' }] },
} as const;

export class CreateStrategyBody {
  @NameField({ description: 'What people call it', max: NAME_MAX, example: 'A tenth of Germany' })
  readonly name!: string;

  @ConditionsField({ description: 'Whom it admits; an empty list admits everyone' })
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
  @NameField({ description: 'What people call it', optional: true, max: NAME_MAX, example: 'A tenth of Germany' })
  readonly name?: string;

  @ConditionsField({ description: 'Whom it admits; an empty list admits everyone', optional: true })
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
  description: 'Who else belongs to it; `null`: nobody but the included, an empty list: everyone',
  optional: true,
  nullable: true,
};

export class CreateSegmentBody {
  @KeyField({
    description: 'What conditions call it; never changes',
    code: 'invalid_segment_key',
    example: 'beta.testers',
  })
  readonly key!: string;

  @NameField({ description: 'What people call it', max: NAME_MAX, example: 'Beta testers' })
  readonly name!: string;

  @ListField(userIds('Who belongs to it, whatever the conditions say'))
  readonly included?: readonly string[];

  @ListField(userIds('Who does not, whatever else is said'))
  readonly excluded?: readonly string[];

  @ConditionsField(segmentConditions)
  readonly conditions?: unknown;

  @TextField(description)
  readonly description?: string | null;
}

export class UpdateSegmentBody {
  @NameField({ description: 'What people call it', optional: true, max: NAME_MAX, example: 'Beta testers' })
  readonly name?: string;

  @ListField(userIds('All of those who belong to it, whatever the conditions say'))
  readonly included?: readonly string[];

  @ListField(userIds('All of those who do not, whatever else is said'))
  readonly excluded?: readonly string[];

  @ConditionsField(segmentConditions)
  readonly conditions?: unknown;

  @TextField(description)
  readonly description?: string | null;
}
