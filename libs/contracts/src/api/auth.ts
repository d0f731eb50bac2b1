import { TextField } from './fields.js';

export class LoginBody {
  @TextField({ description: 'The e-mail address', max: 254, example: 'ada@example.com' })
  readonly email!: string;

  @TextField({ description: 'The password', max: 1_024, example: 'correct horse battery staple', format: 'password' })
  readonly password!: string;
}

/** Browsers send nothing: theirs is in the cookie. */
export class RefreshTokenBody {
  @TextField({
    description: 'The refresh token; browsers have it in a cookie instead',
    optional: true,
    max: 500,
    code: 'invalid_refresh_token',
  })
  readonly refresh_token?: string;
}
