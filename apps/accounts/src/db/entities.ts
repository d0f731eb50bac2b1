import { ApiKeyRow } from './api-keys/api-key.row.js';
import { AppUserRow } from './people/app-user.row.js';
import { EnvironmentRow } from './environments/environment.row.js';
import { MemberInvitationRow } from './invitations/member-invitation.row.js';
import { MemberRow } from './members/member.row.js';
import { OrganizationRow } from './organizations/organization.row.js';
import { RefreshTokenRow } from './sessions/refresh-token.row.js';
import { SessionRow } from './sessions/session.row.js';
import { SigningKeyRow } from './signing-keys/signing-key.row.js';

export const accountsEntities = [
  OrganizationRow, EnvironmentRow, MemberRow, MemberInvitationRow, ApiKeyRow, AppUserRow, SessionRow, RefreshTokenRow, SigningKeyRow,
]; // prettier-ignore
