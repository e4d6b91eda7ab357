// Parses the URL of an SMTP server. Errors never repeat it, because it may contain a secret.
import { isIP } from 'node:net';
import { SchedulerError } from '../../base/errors.js';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the start. */
  readonly secure: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
  readonly isLoopback: boolean;
}

const refuse = (why: string): never => {
  throw new SchedulerError(
    'INVALID_CONFIG',
    `the URL of the SMTP server ${why}: smtps://user:secret@mail.example.com is one`,
  );
};

/** Throws INVALID_CONFIG. */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : refuse('cannot be read');
  const secure = url.protocol === 'smtps:';
  if (!secure && url.protocol !== 'smtp:') refuse('must begin with smtp:// or smtps://');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '') refuse('has no host');
  if (url.search !== '' || url.hash !== '') refuse('has no parameters, they are options of smtp(url, options)');
  if (url.pathname !== '' && url.pathname !== '/') refuse('has no path');
  const auth = url.username === '' ? null : { user: decoded(url.username), pass: decoded(url.password) };
  return { host, port: Number(url.port) || (secure ? 465 : 587), secure, auth, isLoopback: isLoopback(host) };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse('has a user or password with a % that must be written as %25');
  }
}
