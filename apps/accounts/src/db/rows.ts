import { ApiKeyRow } from './api-key.row.js';
import { AppUserRow } from './app-user.row.js';
import { EnvironmentRow } from './environment.row.js';
import { MemberRow } from './member.row.js';
import { OrganizationRow } from './organization.row.js';
import { RefreshTokenRow } from './refresh-token.row.js';
import { SessionRow } from './session.row.js';
import { SigningKeyRow } from './signing-key.row.js';

export const accountsRows = [
  OrganizationRow, EnvironmentRow, MemberRow, ApiKeyRow, AppUserRow, SessionRow, RefreshTokenRow, SigningKeyRow,
]; // prettier-ignore
