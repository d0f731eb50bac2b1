import { FailureLog } from './failure-log.js';

function aFailureLog() {
  const lines: string[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log = { info: at('info'), warn: at('warn'), error: at('error') };
  return { lines, failures: new FailureLog(log, { service: 'flags' }, 'relay') };
}

describe('FailureLog', () => {
  it('logs the first of consecutive failures, and the first success after them with their number', () => {
    const { lines, failures } = aFailureLog();

    for (let i = 0; i < 3; i++) failures.failed('no server');
    failures.succeeded();
    failures.succeeded();

    expect(lines).toEqual([
      'error relay: failing {"service":"flags","err":"no server"}',
      'info relay: works again {"service":"flags","failures":3}',
    ]);
  });

  it('counts the failures since the last success', () => {
    const { failures } = aFailureLog();

    failures.failed('a');
    failures.failed('b');
    const during = failures.failures;
    failures.succeeded();

    expect([during, failures.failures]).toEqual([2, 0]);
  });
});
