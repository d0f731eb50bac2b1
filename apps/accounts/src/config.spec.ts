import { parseSettings } from '#libs/service';
import { ACCOUNTS_SETTINGS, accountsSettings, type AccountsSettings } from './config.js';

const parse = (environment: Record<string, string>): AccountsSettings =>
  parseSettings([accountsSettings], environment).get(ACCOUNTS_SETTINGS) as AccountsSettings;

describe('the settings of accounts', () => {
  it('have a default each', () => {
    expect(parse({})).toEqual({
      linkFailures: 30,
      quotas: { environments: 50, keys: 2_000, members: 1_000 },
      issuer: 'loom',
      audience: 'loom',
      accessTtlS: 900,
      refreshTtlMs: { web: 604_800_000, native: 2_592_000_000 },
      sessionMaxMs: 2_592_000_000,
      keyRotationMs: 7_776_000_000,
      openOrganizations: false,
      firstAdmin: undefined,
      signInFailures: 5,
    });
  });

  it('accept durations like 5m and 12h, and hide the password', () => {
    const settings = parse({
      LOOM_ACCESS_TTL: '5m',
      LOOM_REFRESH_TTL_WEB: '12h',
      LOOM_ADMIN_EMAIL: 'a@b.example',
      LOOM_ADMIN_PASSWORD: 'correct horse',
    });

    expect(settings).toMatchObject({ accessTtlS: 300, refreshTtlMs: { web: 43_200_000 } });
    expect(settings.firstAdmin?.password.expose()).toBe('correct horse');
    expect(JSON.stringify(settings)).not.toContain('horse');
  });

  it('limit the life of an access token: gateways keep the ids of ended sessions that long', () => {
    expect(() => parse({ LOOM_ACCESS_TTL: '61m' })).toThrow('LOOM_ACCESS_TTL: is at most 1h');
    expect(parse({ LOOM_ACCESS_TTL: '60m' })).toMatchObject({ accessTtlS: 3_600 });
  });

  it('are refused with a list of all mistakes', () => {
    const wrong = { LOOM_ACCESS_TTL: '15', LOOM_ADMIN_PASSWORD: 'short', LOOM_OPEN_ORGS: 'perhaps' };

    const mistakes = (): unknown => {
      try {
        return parse(wrong);
      } catch (error) {
        return (error as { mistakes?: readonly string[] }).mistakes?.map((text) => text.split(':')[0]) ?? error;
      }
    };

    expect(mistakes()).toEqual(['LOOM_ADMIN_PASSWORD', 'LOOM_ACCESS_TTL', 'LOOM_OPEN_ORGS']);
  });
});
