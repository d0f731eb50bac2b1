import { privateServers, startPlatform, type Platform, type PrivateServers } from '#libs/testing';
import { answers, readSuites, stage, type Suite } from './support/conformance.js';

/** What the management API cannot make yet. */
const isNotYet = (suite: Suite): boolean => suite.segments !== undefined || suite.platform !== undefined;

describe('the shared evaluation vectors over HTTP', () => {
  let servers: PrivateServers;
  let platform: Platform;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone');
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  it.each(
    readSuites()
      .filter((suite) => !isNotYet(suite))
      .map((suite, index) => [suite.title, suite, index] as const),
  )('%s', async (_title, suite, index) => {
    const work = await stage(platform, suite, index);
    expect(await answers(platform, work, suite)).toMatchObject(suite.cases.map(({ expect: wanted }) => wanted));
  });

  it('lists the suites that wait for segments and platform objects over HTTP', () => {
    expect(
      readSuites()
        .filter(isNotYet)
        .map(({ title }) => title),
    ).toEqual([
      'segments',
      'platform: a live platform flag hides the organization’s, a platform kill switch beats everything',
    ]);
  });
});
