// Rules for options that several public functions share.
import { having, matching, rule, url } from '../../base/options/option-rules.js';
import { isSchemaName, SCHEMA_NAMES } from '../../base/options/schema-name.js';

export const pool = having('a Pool of pg', 'query', 'connect');
export const postgresUrl = url('postgres', 'postgresql');
export const logger = having(
  'a logger with debug, info, warn, error and child',
  'debug',
  'info',
  'warn',
  'error',
  'child',
);
export const schemaName = rule(
  `a name of ${SCHEMA_NAMES}`,
  (value) => typeof value === 'string' && isSchemaName(value),
);
export const tableName = matching(/^[^."]{1,63}(\.[^."]{1,63})?$/, 'the name of a table, such as `subs` or `crm.subs`');
