import { ORG } from './builders.js';
import { ID } from './matrix.js';
import { gatewayProcess, type GatewayProcess } from './world.js';

const org = `/api/orgs/${ORG.id}`;
const NUMBER = '9007199254740993';
const flag = `"key":"a.flag","name":"x","type":"number","variants":[{"name":"a","value":${NUMBER}}]`;
const conditions = `"conditions":[{"attribute":"a","operator":"equals","value":${NUMBER}}]`;

describe('numbers that a double cannot hold', () => {
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    gateway = await gatewayProcess();
    token = await gateway.services.person('u-admin', { role: 'admin', permissions: [] });
  });
  afterAll(() => gateway.stop());

  it.each([
    ['POST', '/flags', `{${flag}}`, 'variants[0].value'],
    ['POST', '/bulk/flags', `{"items":[{${flag}}]}`, 'items[0].variants[0].value'],
    ['PATCH', '/flags/a.flag', `{"variants":[{"name":"a","value":${NUMBER}}]}`, 'variants[0].value'],
    ['PATCH', '/flags/a.flag/configs/dev', `{"rules":[{${conditions}}]}`, 'rules[0].conditions[0].value'],
    ['POST', '/segments', `{"key":"a.segment","name":"x",${conditions}}`, 'conditions[0].value'],
    ['PATCH', '/segments/a.segment', `{${conditions}}`, 'conditions[0].value'],
    ['POST', '/strategies', `{"name":"x",${conditions}}`, 'conditions[0].value'],
    ['PATCH', `/strategies/${ID}`, `{${conditions}}`, 'conditions[0].value'],
  ])('are refused where they would be stored changed: %s %s', async (method, path, body, field) => {
    const { status, body: answer } = await gateway.call(method, org + path, { token, body });

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'unsafe_number', details: [{ field }] } });
  });

  it('are accepted in the context of the playground', async () => {
    const body = `{"environment":"dev","context":{"attributes":{"a":${NUMBER},"b":1e400}}}`;

    expect((await gateway.call('POST', `${org}/evaluate`, { token, body })).status).toBe(200);
  });
});
