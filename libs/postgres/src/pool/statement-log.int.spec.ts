import { Writable } from 'node:stream';
import { createLogger } from '#libs/observability';
import { ORG_A, testDatabase, type TestDatabase } from '../../test/test-database.js';
import type { Database } from '../transaction/database.js';

const EMAIL = 'canary-ada@example.com';
const HASH = '$argon2id$v=19$m=19456,t=2,p=1$Y2FuYXJ5c2FsdA$Y2FuYXJ5aGFzaA';
const NAME = 'canary-plain-value';
const PARTS = [EMAIL, 'Y2FuYXJ5', NAME];
const INSERT = 'insert into thing (id, org_id, name) values ($1, $2, $3)';
const id = (n: number) => `01900000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`;

/** A trigger that fails as Postgres does, for rows with these values. */
const failing = (condition: string) => `
  create or replace function fail_things() returns trigger language plpgsql as $$
    begin raise exception using ${condition}; end $$;
  create or replace trigger fail before insert on thing for each row execute function fail_things();`;

describe('the log of the database', () => {
  let server: TestDatabase;
  let database: Database;
  let text = '';
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const log = createLogger({ service: 'test', level: 'trace', destination });
  const attempt = (...values: readonly string[]) =>
    database
      .transaction(ORG_A, ({ manager }) => manager.query(INSERT, [...values]))
      .catch((error: unknown) => log.error({ err: error }, 'a request failed'));

  beforeAll(async () => {
    server = await testDatabase();
    database = server.open({ log });
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    text = '';
  });

  it.each([EMAIL, HASH, NAME])('has no parameter of a transaction that deadlocks: %s', async (value) => {
    await server.sql(failing(`errcode = '40P01', message = 'deadlock detected', detail = 'row ' || new.name`));

    await attempt(id(1), ORG_A, value);

    expect(text).toContain('transaction is repeated');
    expect(PARTS.filter((part) => text.includes(part))).toEqual([]);
  });

  it.each([EMAIL, HASH, NAME])('has no parameter of a statement that fails: %s', async (value) => {
    await server.sql('drop trigger if exists fail on thing');
    await attempt(id(2), ORG_A, value);
    await attempt(id(3), ORG_A, value);
    await attempt(value, ORG_A, value);

    expect(text).toContain('duplicate key value');
    expect(text).toContain('invalid input syntax for type uuid');
    expect(PARTS.filter((part) => text.includes(part))).toEqual([]);
  });
});
