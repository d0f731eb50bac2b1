import { systemOrigin } from '#libs/contracts';
import { auditFact } from './audit-fact.js';

const KEY = `loom_flags_server_dev_${'0a'.repeat(20)}`;
const origin = { ...systemOrigin('platform', 'r-1'), user_agent: `curl ${KEY} ada@example.com` };
const draft = { event: 'FlagUpdated', action: 'update', resourceType: 'flag', resourceId: 'f-1' };

describe('auditFact', () => {
  it('redacts secrets and personal data in free texts, and secrets in snapshots', () => {
    const { data } = auditFact(origin, {
      ...draft,
      reason: `asked by ada@example.com`,
      note: `was ${KEY}`,
      before: { description: `uses ${KEY}` },
      metadata: { password: 'p' },
    });

    expect(data).toMatchObject({
      reason: 'asked by [redacted]',
      note: 'was [redacted]',
      user_agent: 'curl [redacted] [redacted]',
      before: { description: 'uses [redacted]' },
      metadata: { password: '[redacted]' },
    });
  });

  it('has the address of the caller, and the environment in the envelope', () => {
    const fact = auditFact({ ...origin, ip: '192.0.2.7' }, { ...draft, environment: 'dev', environmentId: 'e-1' });

    expect(fact).toMatchObject({ environmentId: 'e-1', data: { ip: '192.0.2.7', environment: 'dev' } });
    expect(auditFact(origin, draft)).toMatchObject({ environmentId: undefined, data: { ip: null } });
  });

  it.each([
    ['delete', 'notice'],
    ['denied', 'warning'],
    ['update', 'info'],
  ])('gives the action %s the severity %s', (action, severity) => {
    expect(auditFact(origin, { ...draft, action }).data.severity).toBe(severity);
  });
});
