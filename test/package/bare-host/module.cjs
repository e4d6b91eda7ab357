// The same module for the server and the command line: PUNCTUAL_MODULES=./module.cjs.
module.exports = require('./invoices.cjs')({
  punctual: require('punctual'),
  express: require('punctual/express'),
  z: require('zod').z,
  Gauge: require('prom-client').Gauge,
});
