import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { privateServers, type PrivateServers } from '#libs/local-servers';
import { newWorkplace, type Platform, startPlatform, type Workplace } from '#libs/testing';

const run = promisify(execFile);
const SHARED = '../shared/clients';
const FILES = ['_lib.mjs', 'ofrep-server.mjs', 'ofrep-web.mjs', 'eventsource.mjs', 'fixtures.json'];

interface Fixture {
  readonly key: string;
  readonly type: string;
  readonly variants: Readonly<Record<string, unknown>>;
  readonly default: string;
  readonly disabled?: boolean;
  readonly rule?: { readonly if?: object; readonly percentage?: number; readonly variant: string };
}
const { flags } = JSON.parse(readFileSync('e2e/clients/fixtures.json', 'utf8')) as { flags: Fixture[] };

describe('stock clients', () => {
  let servers: PrivateServers;
  let platform: Platform;
  let work: Workplace;

  beforeAll(async () => {
    servers = await privateServers();
    platform = await startPlatform(servers, 'standalone', { LOOM_STREAM_HEARTBEAT_MS: '2000' });
    work = await newWorkplace(platform, 'Compat');
    for (const fixture of flags) await create(fixture);
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await servers?.stop();
  }, 60_000);

  async function create({ key, type, variants, default: default_variant, disabled, rule }: Fixture): Promise<void> {
    const list = Object.entries(variants).map(([name, value]) => ({ name, value, weight: 1 }));
    await work.person.must('POST', '/flags', { key, name: key, type, variants: list, default_variant });
    const rules = rule === undefined ? [] : [ruleOf(rule)];
    await work.person.must('PATCH', `/flags/${key}/configs/dev`, { enabled: disabled !== true, rules });
  }
  const ruleOf = ({ if: condition, percentage, variant }: NonNullable<Fixture['rule']>) => ({
    conditions: condition === undefined ? [] : [condition],
    ...(percentage === undefined ? {} : { percentage }),
    serve: { variant },
  });

  /** The toggle of the scripts as a shell command: one PATCH by curl would do; node is surely there. */
  const toggle = (body: string): string => {
    const url = `${platform.baseUrl}/api/orgs/${work.orgId}/flags`;
    const code = `const on=process.env.FLAG_STATE==='on';const r=await fetch('${url}/'+process.env.FLAG_KEY+'/configs/dev',{method:'PATCH',headers:{'content-type':'application/json',authorization:process.env.ADMIN},body:JSON.stringify(${body})});if(!r.ok){console.error(await r.text());process.exit(1)}`;
    return `${process.execPath} --input-type=module -e "${code.replaceAll('"', '\\"')}"`;
  };
  const byEnabled = `{enabled:on}`;
  const byRule = `on?{enabled:true,rules:[]}:{enabled:true,rules:[{conditions:[],serve:{variant:'off'}}]}`;

  async function drive(script: string, toggleBody: string): Promise<string> {
    const { stdout } = await run(process.execPath, [`e2e/clients/${script}`], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        BASE_URL: platform.baseUrl,
        API_KEY: work.keys.dev.server,
        ADMIN: `Bearer ${work.person.accessToken}`,
        TOGGLE_CMD: toggle(toggleBody),
        HEARTBEAT_MS: '10000',
      },
      timeout: 150_000,
    }).catch((error: { stdout?: string; message: string }) => {
      throw new Error(`${script} failed:\n${error.stdout ?? error.message}`);
    });
    return stdout;
  }

  it('the OFREP server provider and the newest OFREP core', async () => {
    const output = await drive('ofrep-server.mjs', byRule);
    expect(output).toMatch(/^\d+ passed, 0 failed, 1 skipped$/m); // skipped: rate limits, which are off by default
  }, 160_000);

  it('the OFREP web provider, which receives changes by the event stream', async () => {
    const output = await drive('ofrep-web.mjs', byRule);
    expect(output).toMatch(/^\d+ passed, 0 failed, 0 skipped$/m);
  }, 160_000);

  it('three EventSource clients on the stream', async () => {
    const output = await drive('eventsource.mjs', byEnabled);
    expect(output).toMatch(/^\d+ passed, 0 failed, 1 skipped$/m); // skipped: no command that drops all streams
  }, 160_000);

  // Where the shared scripts are at hand, the copies must be theirs.
  if (existsSync(SHARED)) {
    it('are driven by current copies of the shared scripts', () => {
      for (const file of FILES)
        expect(readFileSync(`e2e/clients/${file}`, 'utf8')).toBe(readFileSync(`${SHARED}/${file}`, 'utf8'));
    });
  }
});
