// The address of the server and the token, from the environment. The token is never an argument, because `ps` shows arguments to everyone.
import { parseNamedTokens, type NamedToken } from '../../base/secrets/named-tokens.js';
import { ROLES } from '../../base/secrets/roles.js';
import { failure } from '../kit/failure.js';

/** Variables that only the command line reads. */
export const COMMAND_LINE_VARIABLES = ['PUNCTUAL_URL', 'DKIM_DNS_SERVER'] as const;

export interface ServerSettings {
  /** Base URL of the admin routes, without a trailing slash. */
  readonly base: string;
  readonly token: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** If there are several tokens, the first one with the highest role. */
const strongest = (tokens: readonly NamedToken[]): string | undefined =>
  [...ROLES].reverse().flatMap((wanted) => tokens.filter(({ role = 'admin' }) => role === wanted))[0]?.token;

/** `PUNCTUAL_URL` is the address of the server, or with a path that of the admin routes in a host's own app. */
export function serverSettings(env: Environment, given?: string): ServerSettings {
  const text = given ?? (env['PUNCTUAL_URL'] || `http://127.0.0.1:${env['PORT'] || '3000'}`);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw failure('WRONG_USAGE', 'PUNCTUAL_URL (or --url) must be a URL such as http://127.0.0.1:3000');
  }
  const path = url.pathname.replace(/\/+$/, '');
  const token = strongest(parseNamedTokens(env['ADMIN_TOKEN'] ?? '', 'admin') ?? []);
  if (!token) {
    throw failure('ADMIN_TOKEN_MISSING', 'set ADMIN_TOKEN to a token of the server, in the environment or in .env');
  }
  return { base: `${url.origin}${path === '' ? '/admin' : path}`, token };
}
