// A module as a host writes it, with nothing but the package's public exports: a table, a job, a process, routes, health, a metric.
const { pathToFileURL } = require('node:url');
const path = require('node:path');

/** `punctual` and `express` are the package's exports, loaded by `require` or by `import`. */
module.exports = ({ punctual, express, z, Gauge }) => {
  const { defineJob, defineModule, defineProcess } = punctual;
  const { route, userOf } = express;
  return defineModule({
    name: 'invoices',
    description: 'Sends invoices',
    migrations: pathToFileURL(path.join(__dirname, 'migrations/')),
    create: ({ db }) => ({
      count: async () => (await db.query('SELECT count(*)::int AS n FROM {schema}.invoices')).rows[0].n,
    }),
    jobs: ({ db }) => [
      defineJob({
        type: 'invoice.send',
        schema: z.object({ to: z.string() }),
        run: async (_ctx, { to }) => {
          await db.query('INSERT INTO {schema}.invoices (sent_to) VALUES ($1)', [to]);
        },
      }),
    ],
    processes: (host) => [
      defineProcess({
        name: 'close-month',
        run: async () => {
          await host.enqueue('invoice.send', { to: 'process@example.com' });
          return { processed_count: 1 };
        },
      }),
    ],
    adminRoutes: (_host, state) => [
      route({
        method: 'get',
        path: '/invoices',
        id: 'countInvoices',
        tag: 'Invoices',
        summary: 'How many were sent',
        responses: { 200: { description: 'The count', schema: z.object({ count: z.number() }) } },
        handle: async () => ({ status: 200, body: { count: await state.count() } }),
      }),
    ],
    userRoutes: () => [
      route({
        method: 'get',
        path: '/invoices/mine',
        id: 'listOwnInvoices',
        tag: 'Own invoices',
        summary: 'Who asks',
        responses: { 200: { description: 'The user', schema: z.object({ user: z.string() }) } },
        handle: (_input, call) => ({ status: 200, body: { user: userOf(call).userId } }),
      }),
    ],
    health: async (_host, state) => ({ status: 'ok', details: { sent: await state.count() } }),
    metrics: (_host, registry, state) => {
      new Gauge({
        name: 'punctual_invoices_sent',
        help: 'Invoices that were sent',
        registers: [registry],
        async collect() {
          this.set(await state.count());
        },
      });
    },
    retention: [{ table: 'invoices', keepDays: 365 }],
  });
};
