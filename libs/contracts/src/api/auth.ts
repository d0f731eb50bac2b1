import { TOKEN_SCOPES, type TokenScope } from '../rpc/accounts.js';
import { BooleanField, isString, ListField, NameField, TextField } from './fields.js';

const EMAIL_MAX = 254;
export const EMAIL_FIELD = {
  description: 'The e-mail address',
  code: 'invalid_email',
  max: EMAIL_MAX,
  pattern: /^[^\s@]{1,64}@[^\s@]+$/,
  rule: 'Must be an e-mail address, like ada@example.com',
  format: 'email',
  example: 'ada@example.com',
} as const;
const newPassword = {
  description: 'A password of 12 to 1,024 characters',
  code: 'invalid_password',
  max: 1_024,
  pattern: /^[^]{12,1024}$/u,
  countsCodePoints: true,
  rule: 'A password has 12 to 1,024 characters',
  format: 'password',
  example: 'correct horse battery staple',
} as const;
const onceToken = { description: 'Token from the link, for one use', max: 500, example: '3q2-7w…' } as const;

export class LoginBody {
  @TextField({ description: 'The e-mail address', max: EMAIL_MAX, example: 'ada@example.com' })
  readonly email!: string;

  @TextField({
    description: 'The password',
    max: 1_024,
    countsCodePoints: true,
    example: 'correct horse battery staple',
    format: 'password',
  })
  readonly password!: string;

  @ListField({
    description: 'Restricts the access tokens of this session. Default: no restriction',
    optional: true,
    max: TOKEN_SCOPES.length,
    entry: {
      code: 'invalid_type',
      message: `Each must be one of ${TOKEN_SCOPES.join(', ')}`,
      test: (value) => isString(value) && (TOKEN_SCOPES as readonly string[]).includes(value),
    },
    items: { type: 'string', enum: [...TOKEN_SCOPES] },
    example: ['read'],
  })
  readonly scope?: readonly TokenScope[];
}

/** Browsers send an empty body: their refresh token is in a cookie. */
export class RefreshTokenBody {
  @TextField({
    description: 'The refresh token, unless it is sent in the cookie',
    optional: true,
    max: 500,
    code: 'invalid_refresh_token',
  })
  readonly refresh_token?: string;
}

export class CreateUserBody {
  @TextField(EMAIL_FIELD)
  readonly email!: string;

  @TextField({
    ...newPassword,
    description: 'Without a password, the answer has a token for an invitation link',
    optional: true,
  })
  readonly password?: string;

  @BooleanField({ description: 'Whether the user administers the whole platform', optional: true, example: false })
  readonly is_super_admin?: boolean;
}

export class UpdateUserBody {
  @BooleanField({ description: 'Whether the user administers the whole platform', example: true })
  readonly is_super_admin!: boolean;
}

export class AcceptInvitationBody {
  @TextField(onceToken)
  readonly token!: string;

  @TextField({ ...newPassword, description: 'For a new account; left out by signed-in people', optional: true })
  readonly password?: string;
}

export class ResetPasswordBody {
  @TextField(onceToken)
  readonly token!: string;

  @TextField(newPassword)
  readonly password!: string;
}

export class ChangePasswordBody {
  @TextField({
    description: 'The current password',
    max: 1_024,
    countsCodePoints: true,
    format: 'password',
    example: 'correct horse',
  })
  readonly current!: string;

  @TextField(newPassword)
  readonly new!: string;
}

export class CompleteSetupBody {
  @TextField({ ...onceToken, description: 'Token from the log of the first start, for one use' })
  readonly token!: string;

  @TextField(EMAIL_FIELD)
  readonly email!: string;

  @TextField(newPassword)
  readonly password!: string;

  @NameField({ description: 'The name of the first organization', max: 100, example: 'Acme' })
  readonly organization!: string;
}
