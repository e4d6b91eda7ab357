// Why a connection was refused, and what to do about it.
import { toError } from '../../base/errors.js';

const TODO: Readonly<Record<string, string>> = {
  '28P01': 'check the user and the password in DATABASE_URL',
  '28000': 'check the user in DATABASE_URL, and pg_hba.conf on the server',
  '3D000': 'create the database, or correct its name in DATABASE_URL',
  '53300': 'lower DATABASE_POOL_MAX, or raise max_connections on the server',
  ECONNREFUSED: 'start the server, or correct host and port in DATABASE_URL',
  ENOTFOUND: 'correct the host in DATABASE_URL',
  ENOENT: 'start the server, or correct the directory of the socket in DATABASE_URL',
};

export function describeConnectionError(thrown: unknown): { message: string; todo: string } {
  const error = toError(thrown) as Error & { code?: string };
  const code = error.code ?? '';
  const message = error.message || code || 'no connection';
  return { message, todo: TODO[code] ?? 'check DATABASE_URL' };
}
