import type { Database } from '#libs/postgres';
import type { OrganizationSetting, OrganizationSettings } from '../application/retention/ports.js';

const SAVE = `insert into organization_setting as known (org_id, event_retention_days, capture_ip, version)
  select * from unnest($1::uuid[], $2::int[], $3::boolean[], $4::int[])
  on conflict (org_id) do update set event_retention_days = excluded.event_retention_days, capture_ip = excluded.capture_ip,
    version = excluded.version, updated_at = now()
  where known.version < excluded.version`;

export class PostgresOrganizationSettings implements OrganizationSettings {
  constructor(private readonly database: Database) {}

  async save(settings: readonly OrganizationSetting[]): Promise<void> {
    const columns = [
      settings.map(({ orgId }) => orgId),
      settings.map(({ retentionDays }) => retentionDays),
      settings.map(({ captureIp }) => captureIp),
      settings.map(({ version }) => version),
    ];
    await this.database.systemTransaction(({ manager }) => manager.query(SAVE, columns));
  }
}
