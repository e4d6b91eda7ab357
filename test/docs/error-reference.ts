// The reference of error codes as it is written from the tables in the code.
import { loadConfig } from '../../src/base/config/config.js';
import { ERROR_CODES, type ErrorTable } from '../../src/base/error-codes.js';
import { ownModules } from '../../src/compose/modules.js';
import { STATUS } from '../../src/routes/kit/error-handler.js';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (errors: ErrorTable): string[] => [
  row(['Code', 'Kind', 'Status', 'Meaning']),
  row(['---', '---', '---', '---']),
  ...Object.entries(errors)
    .map(([code, { kind, meaning }]) => ({ code, kind, meaning, status: STATUS[kind] }))
    .sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1))
    .map(({ code, kind, status, meaning }) => row([`\`${code}\``, `\`${kind}\``, String(status), meaning])),
];

/** The generated part of docs/reference/errors.md: the codes of the package, then those of each module that comes with it. */
export const errorReference = (): string =>
  [
    '## Codes',
    '',
    ...table(ERROR_CODES),
    ...ownModules(loadConfig({}).modules).flatMap(({ name, errors }) =>
      errors ? ['', `## Codes of the module \`${name}\``, '', ...table(errors)] : [],
    ),
    '',
  ].join('\n');
