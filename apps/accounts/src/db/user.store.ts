import { UUID } from '#libs/contracts';
import type { Transaction } from '#libs/platform';
import type { UserStore } from '../application/ports.js';
import type { User } from '../domain/user.js';
import { AppUserRow } from './app-user.row.js';

export class PostgresUsers implements UserStore {
  constructor(private readonly tx: Transaction) {}

  async find(id: string): Promise<User | undefined> {
    return UUID.test(id) ? ((await this.tx.manager.findOneBy(AppUserRow, { id })) ?? undefined) : undefined;
  }

  async findByEmail(email: string): Promise<User | undefined> {
    const users = this.tx.manager.createQueryBuilder(AppUserRow, 'app_user');
    return (await users.where('lower(app_user.email) = lower(:email)', { email }).getOne()) ?? undefined;
  }

  any(): Promise<boolean> {
    return this.tx.manager.exists(AppUserRow);
  }

  async add(user: User): Promise<void> {
    await this.tx.manager.insert(AppUserRow, { ...user });
  }
}
