// A CommonJS host.
require('./scenario.cjs')({
  punctual: require('punctual'),
  express: require('punctual/express'),
  createApp: require('express'),
  pg: require('pg'),
  z: require('zod').z,
  Gauge: require('prom-client').Gauge,
}).catch((error) => {
  console.error(error);
  process.exit(1);
});
