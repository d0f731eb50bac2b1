import { AppError } from '#libs/kernel';
import { UUID, type PageOf } from '#libs/contracts';
import { isUniqueViolation, type Transaction } from '#libs/postgres';
import { IsNull, Not } from 'typeorm';
import type { User } from '../../domain/people/user.js';
import { AppUserRow, toUser, toUserRow } from './app-user.row.js';
import { pageOfQuery } from '../page-of-query.js';
import type { UserQuery, UserStore } from '../../application/ports/platform-stores.js';

export class PostgresUsers implements UserStore {
  constructor(private readonly tx: Transaction) {}

  async find(id: string): Promise<User | undefined> {
    const row = UUID.test(id) ? await this.tx.manager.findOneBy(AppUserRow, { id }) : null;
    return row === null ? undefined : toUser(row);
  }

  findByEmail(email: string): Promise<User | undefined> {
    return this.#withAddress(email, 'app_user.password_hash is not null');
  }

  findPending(email: string): Promise<User | undefined> {
    return this.#withAddress(email, 'app_user.password_hash is null');
  }

  async lock(id: string): Promise<User> {
    const user = await this.lockAny(id);
    if (user === undefined) throw new AppError('not_found', 'There is no such user');
    return user;
  }

  /** A lock that allows foreign keys to the row: sessions and members may be added while it is held. */
  async lockAny(id: string): Promise<User | undefined> {
    const lock = { mode: 'for_no_key_update' } as const;
    const row = UUID.test(id) ? await this.tx.manager.findOne(AppUserRow, { where: { id }, lock }) : null;
    return row === null ? undefined : toUser(row);
  }

  any(): Promise<boolean> {
    return this.tx.manager.exists(AppUserRow);
  }

  otherSuperAdmins(id: string): Promise<number> {
    const other = { id: Not(id), isSuperAdmin: true };
    return this.tx.manager.countBy(AppUserRow, { ...other, passwordHash: Not(IsNull()), lockedAt: IsNull() });
  }

  /** A cursor belongs to its search: with another search it would skip people. */
  list({ page, search = '' }: UserQuery): Promise<PageOf<User>> {
    const query = this.tx.manager
      .createQueryBuilder(AppUserRow, 'item')
      .where('strpos(lower(item.email), lower(:search)) > 0', { search });
    return pageOfQuery(query, page, { route: 'users', org: search }, toUser);
  }

  async add(user: User): Promise<void> {
    await this.tx.manager.insert(AppUserRow, toUserRow(user)).catch(refuseTakenAddress);
  }

  async save(user: User): Promise<void> {
    const before = { id: user.id, version: user.version - 1 };
    const { affected } = await this.tx.manager.update(AppUserRow, before, toUserRow(user)).catch(refuseTakenAddress);
    if (affected !== 1) throw new AppError('version_conflict', 'The person changed meanwhile: read it again');
  }

  async remove(id: string): Promise<void> {
    await this.tx.manager.query('delete from member where user_id = $1', [id]);
    await this.tx.manager.delete(AppUserRow, { id });
  }

  async #withAddress(email: string, which: string): Promise<User | undefined> {
    const users = this.tx.manager.createQueryBuilder(AppUserRow, 'app_user');
    const row = await users.where('lower(app_user.email) = lower(:email)', { email }).andWhere(which).getOne();
    return row === null ? undefined : toUser(row);
  }
}

/** Accounts, and pending people, have an address each. */
function refuseTakenAddress(error: unknown): never {
  if (!isUniqueViolation(error, 'app_user_email') && !isUniqueViolation(error, 'app_user_pending_email')) throw error;
  throw new AppError('already_exists', 'Another user has this address', [{ field: 'email', message: 'Is taken' }]);
}
