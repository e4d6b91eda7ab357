// The arrows between the folders of src; docs/architecture.md says why. Everything points one way and nothing goes round.
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^src/', pathNot: allowed.map((folder) => `^src/${folder}/`).concat(from) },
});

/** Rooms of one folder, from the ground up: each may import those listed before it. `floors` on one level do not see each other. */
const rooms = (base, floors) =>
  floors.flatMap((floor, level) =>
    floor.map((room) => ({
      name: `${base}/${room}`,
      comment: 'Rooms of the engine import from the floors below them.',
      severity: 'error',
      from: { path: `^src/${base}/${room}/` },
      to: {
        path: `^src/${base}/[^/]+/`,
        pathNot: [room, ...floors.slice(0, level).flat()].map((allowed) => `^src/${base}/${allowed}/`),
      },
    })),
  );

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('base-imports-nothing-of-ours', '^src/base/', []),
    only('db-imports-base', '^src/db/', ['base']),
    only('scheduler-imports-db-base', '^src/scheduler/', ['db', 'base']),
    only('clients-import-base', '^src/clients/', ['base']),
    only('dashboard-imports-base', '^src/dashboard/', ['base']),
    only('subscriptions', '^src/subscriptions/', ['scheduler', 'clients', 'db', 'base']),
    {
      name: 'modules-use-what-a-host-can-use',
      comment:
        'The public doors, clients and base. Modules do not import each other: they meet through jobs, events and compose.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/',
        pathNot: '^src/(modules/$1/|clients/|base/|scheduler/public\\.ts$|routes/index\\.ts$)',
      },
    },
    {
      name: 'only-compose-and-the-package-name-modules',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(modules|compose)/' },
      to: { path: '^src/modules/' },
    },
    only('routes-never-db', '^src/routes/', ['scheduler', 'subscriptions', 'dashboard', 'clients', 'base']),
    ...rooms('scheduler', [
      ['schedule'],
      ['contracts'],
      ['work', 'instances', 'records', 'secrets'],
      ['runs', 'queue'],
      ['host'],
      ['processes', 'rows'],
      ['batch'],
      ['modules'],
    ]),
    ...rooms('scheduler/queue', [
      ['define'],
      ['recurring'],
      ['wake', 'run'],
      ['enqueue'],
      ['settle'],
      ['claim', 'flows', 'admin'],
      ['worker'],
    ]),
    {
      name: 'the-engine-compiles-alone',
      comment:
        'tsconfig.engine.json compiles the engine and the queue: nothing of them may name subscriptions or a module.',
      severity: 'error',
      from: { path: '^src/(base|scheduler|db/(connect|engine|migrations|queue|rows|search|wire)|db/[^/]+$)' },
      to: { path: '^src/(subscriptions|modules|routes|compose|db/subscriptions)/' },
    },
    {
      name: 'nobody-imports-the-server',
      severity: 'error',
      from: { pathNot: '^src/(server\\.ts$|cli/)' },
      to: { path: '^src/server\\.ts$' },
    },
    {
      name: 'the-scheduler-has-one-door',
      comment:
        'From outside, src/scheduler is entered by its index (or the index of its schedule and testing folders).',
      severity: 'error',
      from: { path: '^src/routes/' },
      to: {
        path: '^src/scheduler/.+/',
        pathNot: '^src/scheduler/((schedule|testing|queue|modules|rows)/index\\.ts$|contracts/|secrets/)',
      },
    },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        pathNot: '@punctual/embedded-postgres|node_modules/@types|@opentelemetry/api',
      },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
