// An error response (RFC 9457) as a message of the command line.
import { SchedulerError, type FieldError } from '../../base/errors.js';
import type { ErrorKind } from '../../base/error-codes.js';
import { failure } from '../kit/failure.js';

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly run_id?: string;
}

const KINDS: Readonly<Record<number, ErrorKind>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'invalid',
  422: 'mismatch',
  429: 'too_many',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

export async function problemOf(response: Response, base: string): Promise<Error> {
  const { status } = response;
  const to = response.headers.get('location');
  if (status >= 300 && status < 400 && to !== null) {
    return failure(
      'SERVER_UNKNOWN',
      `${base} redirects to ${to}: set PUNCTUAL_URL to the address that it redirects to`,
    );
  }
  const problem = (await response.json().catch(() => null)) as Problem | null;
  if (status === 401) return refused(base);
  if (problem?.code === undefined) return notOurs(status, base);
  const run = problem.run_id === undefined ? '' : ` (run ${problem.run_id})`;
  return new SchedulerError(
    { code: problem.code, kind: KINDS[status] ?? 'internal' },
    `${problem.detail ?? problem.title ?? `the server replied with ${status}`}${run}`,
    problem.errors ? { errors: problem.errors } : {},
  );
}

const refused = (base: string): Error =>
  new SchedulerError(
    'UNAUTHENTICATED',
    `${base} does not accept this ADMIN_TOKEN: set it to a token that the server knows`,
  );

const notOurs = (status: number, base: string): Error =>
  status >= 502 && status <= 504
    ? failure('SERVER_UNREACHABLE', `a proxy at ${base} replied with ${status}: the server behind it cannot be reached`)
    : failure(
        'SERVER_UNKNOWN',
        `${base} replied with ${status}: set PUNCTUAL_URL to the server, or to where the admin routes are mounted`,
      );
