import { isBlank } from '#libs/kernel';
import { isResourceKey, RESOURCE_KEY } from '../identifiers.js';
import { Field, isString, ListField, NameField, RESOURCE_KEY_RULE, ResourceKeyField, TextField } from './fields.js';

const NAME_MAX = 200;
const TEXT_MAX = 2_000;

const description = {
  description: 'Free text, not used in evaluation',
  optional: true,
  nullable: true,
  max: TEXT_MAX,
  example: 'Turns the new checkout off',
};
const linked = {
  description: 'Flag keys that it turns off; the flags need not exist yet',
  max: 1_000,
  entry: { code: 'invalid_flag_key', message: RESOURCE_KEY_RULE, test: isResourceKey },
  items: { type: 'string', pattern: RESOURCE_KEY.source },
  example: ['checkout.new_flow'],
} as const;

export class CreateKillSwitchBody {
  @ResourceKeyField({
    description: 'The kill-switch key; it never changes',
    code: 'invalid_kill_switch_key',
    example: 'stop_checkout',
  })
  readonly key!: string;

  @NameField({ description: 'Display name', max: NAME_MAX, example: 'Stop the checkout' })
  readonly name!: string;

  @ListField(linked)
  readonly linked_flag_keys!: readonly string[];

  @TextField(description)
  readonly description?: string | null;
}

const auditReason = {
  description: 'Why, for the audit log; required when the linked flags of an active kill switch change',
  optional: true,
  nullable: true,
  max: TEXT_MAX,
  example: 'The checkout is repaired, refunds are not',
} as const;

export class UpdateKillSwitchBody {
  @NameField({ description: 'Display name', optional: true, max: NAME_MAX, example: 'Stop the checkout' })
  readonly name?: string;

  @ListField({ ...linked, optional: true })
  readonly linked_flag_keys?: readonly string[];

  @TextField(description)
  readonly description?: string | null;

  @TextField(auditReason)
  readonly reason?: string | null;
}

export class DeactivateKillSwitchBody {
  @TextField({ ...auditReason, description: 'Why, for the audit log', example: 'Refunds are repaired' })
  readonly reason?: string | null;
}

export class ActivateKillSwitchBody {
  @Field(
    {
      description: 'Reason, shown to people that investigate the outage',
      code: 'reason_required',
      example: 'Refunds are paid twice',
    },
    { type: 'string', maxLength: TEXT_MAX },
    [
      {
        code: 'reason_required',
        message: 'Must not be blank',
        test: (value) => isString(value) && !isBlank(value),
      },
      {
        code: 'too_long',
        message: `Must not be longer than ${TEXT_MAX}`,
        test: (value) => String(value).length <= TEXT_MAX,
      },
    ],
  )
  readonly reason!: string;
}
