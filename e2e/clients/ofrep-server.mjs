// Real client: @openfeature/ofrep-provider 0.1.3 (newest on this npm registry) in @openfeature/server-sdk,
// and the request/response code of the newest line, @openfeature/ofrep-core 2.3.0 (class OFREPApi).
import { BASE, KEY, check, eq, ok, oneOf, murmur3, done, Skip } from './_lib.mjs';
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPApi, OFREPApiUnauthorizedError, toResolutionDetails } from 'ofrep-core-latest';
const auth = [['Authorization', `Bearer ${KEY}`]];
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: BASE, headers: auth }));
const c = OpenFeature.getClient();
const ctx = { targetingKey: 'user-1' };
await check('getBooleanDetails', async () => {
  const d = await c.getBooleanDetails('compat.bool_on', false, ctx);
  eq(d.value, true);
  ok(!d.errorCode, d.errorMessage);
  oneOf(d.reason, ['STATIC', 'DEFAULT', 'TARGETING_MATCH']);
  eq(typeof d.variant, 'string');
});
await check('getStringValue', async () => eq(await c.getStringValue('compat.string', 'x', ctx), 'blue'));
await check('getNumberValue int and float', async () => {
  eq(await c.getNumberValue('compat.int', 0, ctx), 42);
  eq(await c.getNumberValue('compat.float', 0, ctx), 3.5);
});
await check('getObjectValue', async () =>
  eq(await c.getObjectValue('compat.object', {}, ctx), { title: 'hi', n: 1, nested: { list: [1, 2] } }),
);
await check('targeting', async () => {
  const d = await c.getStringDetails('compat.targeted', 'x', { ...ctx, email: 'a@example.com' });
  eq(d.value, 'internal');
  eq(d.reason, 'TARGETING_MATCH');
});
await check('date attribute in the context is accepted', async () =>
  eq(await c.getBooleanValue('compat.bool_on', false, { ...ctx, since: new Date(), tags: ['a'], n: { x: 1 } }), true),
);
await check('FLAG_NOT_FOUND -> default + errorCode', async () => {
  const d = await c.getBooleanDetails('compat.nope', true, ctx);
  eq(d.value, true);
  eq(d.errorCode, 'FLAG_NOT_FOUND');
  eq(d.reason, 'ERROR');
});
await check('TYPE_MISMATCH is found by the client', async () => {
  const d = await c.getBooleanDetails('compat.string', false, ctx);
  eq(d.errorCode, 'TYPE_MISMATCH');
  eq(d.value, false);
});
await check('TARGETING_KEY_MISSING', async () =>
  eq((await c.getBooleanDetails('compat.split', false, {})).errorCode, 'TARGETING_KEY_MISSING'),
);
await check('split agrees with murmur3 for 100 users', async () => {
  for (let i = 0; i < 100; i++)
    eq(
      await c.getBooleanValue('compat.split', false, { targetingKey: 'user-' + i }),
      murmur3('compat.split.user-' + i) % 100 < 50,
      'user-' + i,
    );
});
await check('flagMetadata (if sent) is flat', async () => {
  const d = await c.getBooleanDetails('compat.bool_on', false, ctx);
  for (const v of Object.values(d.flagMetadata || {})) oneOf(typeof v, ['string', 'number', 'boolean']);
});
await check('wrong key -> GENERAL error and the default, no crash', async () => {
  await OpenFeature.setProviderAndWait(
    'bad',
    new OFREPProvider({ baseUrl: BASE, headers: [['Authorization', 'Bearer wrong']] }),
  );
  const d = await OpenFeature.getClient('bad').getBooleanDetails('compat.bool_on', false, ctx);
  eq(d.value, false);
  eq(d.errorCode, 'GENERAL');
});
const api = new OFREPApi({ baseUrl: BASE, headers: auth });
await check('core 2.3.0: single success shape', async () => {
  const r = await api.postEvaluateFlag('compat.int', { context: ctx });
  eq(r.httpStatus, 200);
  eq(toResolutionDetails(r.value, 0).value, 42);
});
await check('core 2.3.0: disabled flag resolves to the code default or the off value', async () => {
  const r = await api.postEvaluateFlag('compat.disabled', { context: ctx });
  const d = toResolutionDetails(r.value, true);
  eq(d.reason, 'DISABLED');
  ok(!d.errorCode, d.errorCode);
});
await check('core 2.3.0: 404 body is recognised', async () => {
  const r = await api.postEvaluateFlag('compat.nope', { context: ctx });
  eq(r.httpStatus, 404);
  eq(r.value.errorCode, 'FLAG_NOT_FOUND');
});
await check('core 2.3.0: bulk + ETag -> 304', async () => {
  const r = await api.postBulkEvaluateFlags({ context: ctx });
  eq(r.httpStatus, 200);
  const e = r.httpResponse.headers.get('etag');
  ok(e, 'no etag');
  eq((await api.postBulkEvaluateFlags({ context: ctx }, e)).httpStatus, 304);
});
await check('core 2.3.0: 401 is OFREPApiUnauthorizedError', async () => {
  let err;
  try {
    await new OFREPApi({ baseUrl: BASE, headers: [['Authorization', 'Bearer wrong']] }).postEvaluateFlag('compat.int', {
      context: ctx,
    });
  } catch (e) {
    err = e;
  }
  ok(err instanceof OFREPApiUnauthorizedError, String(err));
});
await check('0.1.3: after a 429 with Retry-After the client stops calling (needs RATE_LIMITED_KEY)', async () => {
  const k = process.env.RATE_LIMITED_KEY;
  if (!k) throw new Skip('no RATE_LIMITED_KEY');
  let n = 0;
  await OpenFeature.setProviderAndWait(
    'rl',
    new OFREPProvider({
      baseUrl: BASE,
      headers: [['Authorization', 'Bearer ' + k]],
      fetchImplementation: (r) => {
        n++;
        return fetch(r);
      },
    }),
  );
  const rc = OpenFeature.getClient('rl');
  let d;
  for (let i = 0; i < 2000; i++) {
    d = await rc.getBooleanDetails('compat.bool_on', false, ctx);
    if (d.errorCode) break;
  }
  ok(d.errorCode, 'never limited');
  const before = n;
  const d2 = await rc.getBooleanDetails('compat.bool_on', false, ctx);
  eq(n, before, 'still called');
  ok(/TooManyRequests/.test(d2.errorMessage || ''), d2.errorMessage);
});
await OpenFeature.close();
done();
