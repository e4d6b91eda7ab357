// The names of a new process, job or module in code and on disk. Pure.
import { failure } from '../kit/failure.js';

export type Kind = 'process' | 'job' | 'module';

export interface Names {
  /** As given: `invoice.send`. */
  readonly name: string;
  /** `invoice-send` */
  readonly file: string;
  /** `invoiceSend` */
  readonly identifier: string;
  /** `invoice_send` */
  readonly snake: string;
}

const PATTERNS = {
  process: /^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/,
  module: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/,
  job: /^[a-z][a-z0-9]*([._-][a-z0-9]+)*$/,
} as const;

const RESERVED = [
  'delete',
  'new',
  'default',
  'class',
  'function',
  'import',
  'export',
  'return',
  'subscriptions',
  'run',
];

export function namesOf(kind: Kind, name: string): Names {
  const words = name.split(/[._-]/);
  if (name.length > 60 || !PATTERNS[kind].test(name) || RESERVED.includes(name)) {
    const example = { process: 'monthly-report', job: 'invoice.send', module: 'invoices' }[kind];
    throw failure('WRONG_USAGE', `"${name}" cannot be the name of a ${kind}: use lower case, such as ${example}`);
  }
  return {
    name,
    file: words.join('-'),
    identifier: words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join(''),
    snake: words.join('_'),
  };
}
