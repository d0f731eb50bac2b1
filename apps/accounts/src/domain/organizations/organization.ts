import { AppError } from '#libs/kernel';
import { displayName, slug, slugFrom } from '../names.js';

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Whether the address that an event came from is stored with it. */
  readonly captureIp: boolean;
  /** Days after which an event is deleted. */
  readonly eventRetentionDays: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type OrganizationChange = Partial<Pick<Organization, 'name' | 'captureIp' | 'eventRetentionDays'>>;

const MAX_RETENTION_DAYS = 3_650;
const defaults = { captureIp: false, eventRetentionDays: 365 } as const;

/** @throws AppError `invalid_name`, `invalid_slug` */
export function foundOrganization(given: { name: string; slug?: string }, id: string, at: Date): Organization {
  const name = displayName(given.name);
  const chosen = given.slug === undefined ? slugFrom(name) : slug(given.slug);
  return { id, slug: chosen, name, ...defaults, version: 1, createdAt: at, updatedAt: at };
}

/** Absent fields stay as they are. @throws AppError `invalid_name`, `invalid_type` */
export function changeOrganization(organization: Organization, change: OrganizationChange, at: Date): Organization {
  const { name, captureIp = organization.captureIp, eventRetentionDays = organization.eventRetentionDays } = change;
  return {
    ...organization,
    name: name === undefined ? organization.name : displayName(name),
    captureIp,
    eventRetentionDays: retention(eventRetentionDays),
    version: organization.version + 1,
    updatedAt: at,
  };
}

function retention(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= MAX_RETENTION_DAYS) return days;
  const message = `Must be a whole number from 1 to ${MAX_RETENTION_DAYS}`;
  throw new AppError('invalid_type', `event_retention_days: ${message}`, [{ field: 'event_retention_days', message }]);
}
