import { PLATFORM, type Origin } from '#libs/contracts';

/** The origin of what a person does to their own account: sessions belong to a person and to no organization. */
export function userOrigin(user: { readonly id: string; readonly email?: string }, origin: Origin): Origin {
  return { ...origin, scope: PLATFORM, actor: { type: 'user', id: user.id, name: user.email } };
}
