import { isString, BooleanField, Field, ListField, ObjectField } from './fields.js';

/** The playground's question. */
export class EvaluateBody {
  @Field(
    { description: 'Name or id', code: 'invalid_environment_name', example: 'dev' },
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
    description: 'For whom',
    code: 'invalid_context',
    example: { user_id: 'user-1', attributes: { country: 'DE' } },
  })
  readonly context!: object;

  @ListField({
    description: 'Which flags; all unless sent',
    optional: true,
    max: 500,
    tooMany: 'too_many_flags',
    entry: { code: 'invalid_type', message: 'Each must be the key of a flag', test: isString },
    items: { type: 'string' },
    example: ['checkout.new_flow'],
  })
  readonly flags?: readonly string[];

  @BooleanField({ description: 'Whether to answer the steps that led there', optional: true, example: true })
  readonly explain?: boolean;
}
