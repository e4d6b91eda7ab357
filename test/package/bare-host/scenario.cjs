// What a host can see of its module: run against the packed package, once as CommonJS and once as ESM, on Express 4 and 5.
const assert = require('node:assert/strict');
const { setTimeout: sleep } = require('node:timers/promises');
const makeInvoices = require('./invoices.cjs');

module.exports = async function scenario({ punctual, express, createApp, pg, z, Gauge }) {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  await pool.query('DROP SCHEMA IF EXISTS punctual CASCADE'); // of the host before
  const invoices = makeInvoices({ punctual, express, z, Gauge });
  const scheduler = punctual.createScheduler({ pool, subscriptions: false, modules: [invoices] });
  const app = createApp();
  const authenticate = (request) => (request.get('authorization') === 'Bearer operator' ? { name: 'ops' } : null);
  app.use('/deep/admin', express.adminRoutes(scheduler, { authenticate }));
  const authenticateUser = () => ({ name: 'u1', userId: 'u1', workspaceId: null });
  app.use('/api', express.createModulesApi(scheduler, { authenticateUser }).router);
  const server = app.listen(0, '127.0.0.1');
  await scheduler.start();
  const base = `http://127.0.0.1:${server.address().port}`;
  const get = async (path, headers = { authorization: 'Bearer operator' }) => {
    const response = await fetch(base + path, { headers });
    return { status: response.status, text: await response.text() };
  };
  const json = async (path) => JSON.parse((await get(path)).text);

  const run = await scheduler.trigger('close-month', { by: 'test' });
  assert.equal(run.status, 'completed');
  await scheduler.enqueue('invoice.send', { to: 'host@example.com' });
  for (let tries = 0; (await scheduler.module(invoices).count()) < 2; tries += 1) {
    assert.ok(tries < 500, 'the jobs did not run');
    await sleep(20);
  }
  assert.equal((await get('/deep/admin/invoices', {})).status, 401);
  assert.deepEqual(await json('/deep/admin/invoices'), { count: 2 });
  assert.deepEqual(await json('/api/invoices/mine'), { user: 'u1' });
  const { modules } = await json('/deep/admin/status');
  assert.deepEqual(modules, [{ name: 'invoices', status: 'ok', details: { sent: 2 } }]);
  const { paths } = await json('/deep/admin/openapi.json');
  assert.equal(paths['/deep/admin/invoices'].get.operationId, 'countInvoices');
  assert.match((await get('/deep/admin/metrics')).text, /^punctual_invoices_sent 2$/m);
  await assert.rejects(scheduler.enqueue('invoice.send', { to: 7 }), { code: 'INVALID_INPUT' });

  server.close();
  await scheduler.stop();
  await pool.end();
  console.log('ok');
};
