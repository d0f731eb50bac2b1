import { natsUsers, type NatsUser } from './nats-users.js';

/** The variable of a nats-server's configuration that holds a user's password. */
export function passwordVariable(user: string): string {
  return `PASSWORD_${user.toUpperCase()}`;
}

/**
 * All users of `natsUsers()` as the `authorization` of a nats-server (2.9 and newer). Passwords are variables that
 * `passwords.conf` in the same folder sets. `more` are further entries in the syntax of such a file.
 */
export function natsUsersConf(more: readonly string[] = []): string {
  const users = [...natsUsers().map(userEntry), ...more].map((entry) => entry.replaceAll(/^/gm, '    '));
  return ['include "passwords.conf"', 'authorization {', '  users: [', ...users, '  ]', '}', ''].join('\n');
}

function userEntry({ name, publish, neverPublish, subscribe, answers }: NatsUser): string {
  return [
    '{',
    `  user: ${name}`,
    `  password: $${passwordVariable(name)}`,
    '  permissions: {',
    ...allowed('publish', publish, neverPublish),
    ...allowed('subscribe', subscribe),
    ...(answers ? ['    allow_responses: { max: 1, expires: "1m" }'] : []),
    '  }',
    '}',
  ].join('\n');
}

/** An empty `allow` would allow every subject. */
function allowed(
  what: 'publish' | 'subscribe',
  subjects: readonly string[],
  except: readonly string[] = [],
): readonly string[] {
  if (subjects.length === 0) return [`    ${what}: { deny: [">"] }`];
  const denied = except.length === 0 ? [] : ['    deny: [', ...listed(except), '    ]'];
  return [`    ${what}: { allow: [`, ...listed(subjects), '    ]', ...denied, '    }'];
}

const listed = (subjects: readonly string[]): readonly string[] =>
  subjects.toSorted().map((subject) => `      "${subject}"`);
