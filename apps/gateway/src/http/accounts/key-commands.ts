import type { CreateAnalyticsKeyBody, CreateApiKeyCommand, CreateSdkKeyBody } from '#libs/contracts';

/** A `client` key of the API is `flags_client` between services. */
export function sdkKeyCommand(environment: string, body: CreateSdkKeyBody): CreateApiKeyCommand {
  const { name, key_type, allowed_origins, expires_at } = body;
  return { name, key_type: `flags_${key_type}`, environment, allowed_origins, expires_at: expires_at ?? undefined };
}

export function analyticsKeyCommand(body: CreateAnalyticsKeyBody): CreateApiKeyCommand {
  const { name, key_type, environment, allowed_origins, expires_at } = body;
  return {
    name,
    key_type: `analytics_${key_type}`,
    environment: environment ?? undefined,
    allowed_origins,
    expires_at: expires_at ?? undefined,
  };
}
