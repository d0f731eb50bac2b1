import { ROLES, SPECIAL_PERMISSIONS, type Role, type SpecialPermission } from '../rpc/accounts.js';
import { EMAIL_FIELD } from './auth.js';
import { isString, ListField, type ListOptions, OneOfField, TextField } from './fields.js';

const role = { description: 'admin: may change objects; member: may read them', example: 'member' } as const;
const permissions: ListOptions = {
  description: 'Special permissions; replaces the whole list',
  optional: true,
  max: SPECIAL_PERMISSIONS.length,
  entry: {
    code: 'invalid_type',
    message: `Each must be one of ${SPECIAL_PERMISSIONS.join(', ')}`,
    test: (value: unknown) => isString(value) && (SPECIAL_PERMISSIONS as readonly string[]).includes(value),
  },
  items: { type: 'string', enum: [...SPECIAL_PERMISSIONS] },
  example: ['killswitch:activate'],
};

export class InviteMemberBody {
  @TextField(EMAIL_FIELD)
  readonly email!: string;

  @OneOfField(role, ROLES)
  readonly role!: Role;

  @ListField(permissions)
  readonly permissions?: readonly SpecialPermission[];
}

export class UpdateMemberBody {
  @OneOfField({ ...role, optional: true }, ROLES)
  readonly role?: Role;

  @ListField(permissions)
  readonly permissions?: readonly SpecialPermission[];
}
