import type { Database } from '#libs/postgres';
import { OrganizationSettings, type OrganizationSetting } from '../application/ports.js';

const LEARN = `insert into organization_setting as known (org_id, event_retention_days, capture_ip, version)
  select * from unnest($1::uuid[], $2::int[], $3::boolean[], $4::int[])
  on conflict (org_id) do update set event_retention_days = excluded.event_retention_days, capture_ip = excluded.capture_ip,
    version = excluded.version, updated_at = now()
  where known.version < excluded.version`;

export class PostgresOrganizationSettings extends OrganizationSettings {
  constructor(private readonly database: Database) {
    super();
  }

  override async learn(news: readonly OrganizationSetting[]): Promise<void> {
    const columns = [
      news.map(({ orgId }) => orgId),
      news.map(({ retentionDays }) => retentionDays),
      news.map(({ captureIp }) => captureIp),
      news.map(({ version }) => version),
    ];
    await this.database.systemTransaction(({ manager }) => manager.query(LEARN, columns));
  }
}
