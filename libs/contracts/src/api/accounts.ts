import { isAllowedOrigin } from '../api-keys/allowed-origins.js';
import { ENVIRONMENT_COLOR, ENVIRONMENT_NAME, SLUG } from '../identifiers.js';
import {
  BooleanField,
  Field,
  isEnvironment,
  isString,
  ListField,
  NameField,
  OneOfField,
  TextField,
  TimeField,
  type Rule,
} from './fields.js';

const NAME_MAX = 100;

export class CreateOrganizationBody {
  @NameField({ description: 'Display name', max: NAME_MAX, example: 'Acme' })
  readonly name!: string;

  @TextField({
    description: 'Name in paths. Default: derived from the display name',
    optional: true,
    code: 'invalid_slug',
    max: 50,
    pattern: SLUG,
    rule: 'A slug has 2 to 50 of a-z, 0-9 and -, and begins with a letter',
    example: 'acme',
  })
  readonly slug?: string;
}

const MAX_RETENTION_DAYS = 3_650;
const retention = {
  schema: { type: 'integer', minimum: 1, maximum: MAX_RETENTION_DAYS },
  rule: {
    code: 'invalid_type',
    message: `Must be a whole number from 1 to ${MAX_RETENTION_DAYS}`,
    test: (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_RETENTION_DAYS,
  },
} as const;

export class UpdateOrganizationBody {
  @NameField({ description: 'Display name', optional: true, max: NAME_MAX, example: 'Acme Corporation' })
  readonly name?: string;

  @BooleanField({
    description: 'Whether the IP address of a captured event is stored with it; it is never returned',
    optional: true,
    example: false,
  })
  readonly capture_ip?: boolean;

  @Field({ description: 'Days after which events are deleted', optional: true, example: 365 }, retention.schema, [
    retention.rule,
  ])
  readonly event_retention_days?: number;
}

const color = {
  description: 'Color in the console',
  optional: true,
  nullable: true,
  code: 'invalid_color',
  max: 7,
  pattern: ENVIRONMENT_COLOR,
  rule: 'A color is # and six hex digits, like #10b981',
  example: '#f59e0b',
} as const;
const isProtected = {
  description: 'Whether changes of flag configurations require If-Match',
  optional: true,
  example: false,
};
const MAX_POSITION = 10_000;
const position = {
  schema: { type: 'integer', minimum: 1, maximum: MAX_POSITION },
  rule: {
    code: 'invalid_type',
    message: `Must be a whole number from 1 to ${MAX_POSITION}`,
    test: (value: unknown) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_POSITION,
  },
} as const;

export class CreateEnvironmentBody {
  @TextField({
    description: 'Environment name; it never changes',
    code: 'invalid_environment_name',
    max: 50,
    pattern: ENVIRONMENT_NAME,
    rule: 'An environment name has 2 to 50 of a-z, 0-9 and _, and begins with a letter',
    example: 'staging',
  })
  readonly name!: string;

  @TextField(color)
  readonly color?: string | null;

  @BooleanField(isProtected)
  readonly protected?: boolean;
}

export class UpdateEnvironmentBody {
  @TextField(color)
  readonly color?: string | null;

  @BooleanField(isProtected)
  readonly protected?: boolean;

  @Field(
    { description: 'Position in lists; two environments may share one', optional: true, example: 3 },
    position.schema,
    [position.rule],
  )
  readonly position?: number;
}

const isOrigin: Rule = {
  code: 'invalid_type',
  message: 'Each must be an origin, like https://app.example.com or https://*.example.com',
  test: (value) => isString(value) && isAllowedOrigin(value),
};
const origins = {
  optional: true,
  max: 50,
  entry: isOrigin,
  items: { type: 'string', maxLength: 300 },
  example: ['https://app.example.com', 'https://*.example.com'],
} as const;
const expiry = {
  description: 'Time from which the key is refused, RFC 3339. Default: never',
  optional: true,
  nullable: true,
  example: '2027-01-31T12:00:00Z',
} as const;

export class CreateSdkKeyBody {
  @NameField({ description: 'Purpose of the key', max: NAME_MAX, example: 'Shop, server' })
  readonly name!: string;

  @OneOfField({ description: 'client: for browsers and apps; server: may also download rules', example: 'server' }, [
    'client',
    'server',
  ])
  readonly key_type!: 'client' | 'server';

  @ListField({ description: 'Origins of pages that may use a client key. Default: any', ...origins })
  readonly allowed_origins?: readonly string[];

  @TimeField(expiry)
  readonly expires_at?: string | null;
}

export class CreateAnalyticsKeyBody {
  @NameField({ description: 'Purpose of the key', max: NAME_MAX, example: 'Shop, events' })
  readonly name!: string;

  @OneOfField({ description: 'write: may send events; rw: may also read them', example: 'write' }, ['write', 'rw'])
  readonly key_type!: 'write' | 'rw';

  @Field(
    { description: 'Environment of the events sent with the key', optional: true, nullable: true, example: 'prod' },
    { type: 'string', maxLength: 50 },
    [isEnvironment],
  )
  readonly environment?: string | null;

  @ListField({ description: 'Origins of pages that may use a write key. Default: any', ...origins })
  readonly allowed_origins?: readonly string[];

  @TimeField(expiry)
  readonly expires_at?: string | null;
}
