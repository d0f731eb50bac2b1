import { isDeepStrictEqual } from 'node:util';
import type { Credentials } from './credentials.js';

interface Files {
  readonly credentials: string;
  readonly log: string;
}

/**
 * What `npm start` prints when everything is up. Credentials are printed once: terminals keep what they show, and logs of a service
 * manager are read by more people than the file.
 * @param known the credentials that an earlier start printed
 */
export function greeting(credentials: Credentials, known: Credentials | undefined, files: Files): string {
  return isDeepStrictEqual(credentials, known) ? laterGreeting(credentials, files) : firstGreeting(credentials, files);
}

function laterGreeting({ base_url: baseUrl, admin, org }: Credentials, files: Files): string {
  return `
Loom is ready.

  Console       ${baseUrl}
  Sign in       ${admin.email}
  Organization  ${org.slug} (${org.id})

  The password and the keys are in ${files.credentials}; the log is ${files.log}.
  Ctrl-C stops everything; the data stays.
`;
}

function firstGreeting(credentials: Credentials, files: Files): string {
  const { base_url: baseUrl, admin, org, keys, nats } = credentials;
  return `
Loom is ready.

  Console       ${baseUrl}
  Sign in       ${admin.email}  ${admin.password ?? '(the password was changed)'}
  Organization  ${org.slug} (${org.id})

  Flags, dev    server ${shown(keys.flags.dev.server)}
                client ${shown(keys.flags.dev.client)}
  Flags, prod   server ${shown(keys.flags.prod.server)}
                client ${shown(keys.flags.prod.client)}
  Analytics     write  ${shown(keys.analytics.write)}
                rw     ${shown(keys.analytics.rw)}
  Facts (NATS)  ${nats.url}  ${nats.user}  ${nats.password}

  Evaluate the flag checkout.new_flow (404 until you create it):
  ${curlLine(baseUrl, keys.flags.dev.server ?? '<a flags server key>')}

  All of this is in ${files.credentials}, and is not printed again; the log is ${files.log}.
  Ctrl-C stops everything; the data stays.
`;
}

const shown = (key: string | null): string => key ?? '(revoked)';

function curlLine(baseUrl: string, key: string): string {
  const url = `${baseUrl}/ofrep/v1/evaluate/flags/checkout.new_flow`;
  const body = JSON.stringify({ context: { targetingKey: 'u1' } });
  return `curl -s -X POST ${url} -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '${body}'`;
}
