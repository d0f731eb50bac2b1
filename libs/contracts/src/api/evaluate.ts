import { isString, BooleanField, Field, ListField, ObjectField } from './fields.js';

/** An evaluation from the playground. */
export class EvaluateBody {
  @Field(
    { description: 'Name or id of the environment', code: 'invalid_environment_name', example: 'dev' },
    { type: 'string', maxLength: 50 },
    [
      {
        code: 'invalid_environment_name',
        message: 'Must be the name or id of an environment',
        test: (value) => isString(value) && value !== '' && value.length <= 50,
      },
    ],
  )
  readonly environment!: string;

  @ObjectField({
    description: 'The evaluation context',
    code: 'invalid_context',
    example: { user_id: 'user-1', attributes: { country: 'DE' } },
  })
  readonly context!: object;

  @ListField({
    description: 'Flag keys. Default: all flags',
    optional: true,
    max: 500,
    tooMany: 'too_many_flags',
    entry: { code: 'invalid_type', message: 'Each must be the key of a flag', test: isString },
    items: { type: 'string' },
    example: ['checkout.new_flow'],
  })
  readonly flags?: readonly string[];

  @BooleanField({ description: 'Whether the answer has the steps of each evaluation', optional: true, example: true })
  readonly explain?: boolean;
}
