import { call } from '#libs/local-servers';
import { Person } from './person.js';

export interface Joining {
  readonly email: string;
  readonly password: string;
  readonly role: 'admin' | 'member';
  readonly permissions?: readonly string[];
}

/** The token of a link that the API returned. */
export function tokenOf(url: string): string {
  return new URLSearchParams(new URL(url).hash.slice(1)).get('token') ?? '';
}

/** Invites a person into the organization of `admin`; the person makes an account by the link, and signs in. */
export async function joinOrganization(admin: Person, { email, password, ...rights }: Joining): Promise<Person> {
  const wish = { email, permissions: [], ...rights };
  const { invite_url } = await admin.must<{ invite_url: string }>('POST', '/members', wish);
  const accept = { token: tokenOf(invite_url), password };
  const { status } = await call('POST', `${admin.baseUrl}/api/auth/invitations/accept`, accept);
  if (status !== 200) throw new Error(`The invitation of ${email} was not accepted: ${status}`);
  return (await Person.signIn({ baseUrl: admin.baseUrl, admin: { email, password } })).in(admin.org);
}
