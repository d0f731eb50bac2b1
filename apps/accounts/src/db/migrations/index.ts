import type { ServiceMigrations } from '#libs/postgres';
import { CreateAccounts1763700000000 } from './0001-create-accounts.js';
import { AddPeople1763800000000 } from './0002-add-people.js';
import { IndexRevokedKeys1763900000000 } from './0003-index-revoked-keys.js';
import { AddEventSettings1764000000000 } from './0004-add-event-settings.js';
import { InviteMembers1764100000000 } from './0005-invite-members.js';
import { AddSessionUses1764200000000 } from './0006-add-session-uses.js';

export const accountsMigrations: ServiceMigrations = {
  name: 'accounts',
  migrations: [
    CreateAccounts1763700000000,
    AddPeople1763800000000,
    IndexRevokedKeys1763900000000,
    AddEventSettings1764000000000,
    InviteMembers1764100000000,
    AddSessionUses1764200000000,
  ],
};
