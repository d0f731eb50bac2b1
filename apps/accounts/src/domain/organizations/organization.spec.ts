import { changeOrganization, foundOrganization } from './organization.js';

const at = new Date('2030-01-01T00:00:00Z');
const later = new Date('2030-01-02T00:00:00Z');
const acme = foundOrganization({ name: 'Acme', slug: 'parcels' }, 'organization', at);
const refusal = (code: string) => expect.objectContaining({ code });

describe('an organization', () => {
  it('begins without addresses of events, which are kept for a year', () => {
    expect(acme).toEqual({
      id: 'organization',
      slug: 'parcels',
      name: 'Acme',
      captureIp: false,
      eventRetentionDays: 365,
      version: 1,
      createdAt: at,
      updatedAt: at,
    });
  });

  it('gets, without a slug, one of its trimmed name', () => {
    expect(foundOrganization({ name: '  Ünïted Parcels ' }, 'id', at)).toMatchObject({
      name: 'Ünïted Parcels',
      slug: 'united-parcels',
    });
  });

  it.each([
    [{ name: '   ' }, 'invalid_name'],
    [{ name: '   ', slug: 'fine' }, 'invalid_name'],
    [{ name: 'Fine', slug: '' }, 'invalid_slug'],
    [{ name: 'Fine', slug: 'Fine' }, 'invalid_slug'],
    [{ name: 'a1900000-0000-7000-8000-000000000001' }, 'invalid_slug'],
  ])('is not founded as %j', (given, code) => {
    expect(() => foundOrganization(given, 'id', at)).toThrow(refusal(code));
  });

  it('keeps what a change leaves out, and its slug whatever its name', () => {
    const renamed = changeOrganization({ ...acme, captureIp: true, eventRetentionDays: 7 }, { name: ' New ' }, later);

    expect(renamed).toEqual({
      ...acme,
      captureIp: true,
      eventRetentionDays: 7,
      name: 'New',
      version: 2,
      updatedAt: later,
    });
  });

  it('stops to keep addresses: false is a value, not an absent field', () => {
    expect(changeOrganization({ ...acme, captureIp: true }, { captureIp: false }, later).captureIp).toBe(false);
  });

  it.each([1, 3_650])('keeps events for %d days', (eventRetentionDays) => {
    expect(changeOrganization(acme, { eventRetentionDays }, later)).toMatchObject({ eventRetentionDays });
  });

  it.each([0, -1, 3_651, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('keeps no events for %d days', (days) => {
    expect(() => changeOrganization(acme, { eventRetentionDays: days }, later)).toThrow(
      expect.objectContaining({
        code: 'invalid_type',
        details: [expect.objectContaining({ field: 'event_retention_days' })],
      }),
    );
  });
});
