import type { RpcHandler } from '#libs/service';
import type { AccountsUseCases } from '../application/composition.js';
import { administrationHandlers } from './administration.handlers.js';
import { apiKeyHandlers } from './api-keys.handlers.js';
import { environmentHandlers } from './environments.handlers.js';
import { invitationHandlers } from './invitations.handlers.js';
import { memberHandlers } from './members.handlers.js';
import { organizationHandlers } from './organizations.handlers.js';
import { peopleHandlers } from './people.handlers.js';
import { sessionHandlers } from './sessions.handlers.js';
import { setupHandlers } from './setup.handlers.js';
import { signingKeyHandlers } from './signing-keys.handlers.js';

/** Answers every subject of `accountsRpc`. */
export const accountsHandlers = (accounts: AccountsUseCases): readonly RpcHandler[] => [
  ...sessionHandlers(accounts),
  ...signingKeyHandlers(accounts),
  ...peopleHandlers(accounts),
  ...administrationHandlers(accounts),
  ...invitationHandlers(accounts),
  ...setupHandlers(accounts),
  ...organizationHandlers(accounts),
  ...memberHandlers(accounts),
  ...environmentHandlers(accounts),
  ...apiKeyHandlers(accounts),
];
