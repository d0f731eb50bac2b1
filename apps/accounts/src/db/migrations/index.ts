import { CreateAccounts1763700000000 } from './1763700000000-create-accounts.js';

export const accountsMigrations = [CreateAccounts1763700000000];
