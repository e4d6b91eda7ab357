// The mail server of SMTP_URL: it answers, encrypts and accepts the login. No mail is sent.
import { toError } from '../../../../base/errors.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface SmtpFacts {
  readonly host: string;
  readonly encrypted: boolean;
  readonly login: boolean;
  /** null: it went well. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

const LIMIT_MS = 10_000;

const TODO: Readonly<Record<string, string>> = {
  EAUTH: 'check the user and the password in SMTP_URL',
  EDNS: 'check the host in SMTP_URL',
  ECONNECTION: 'check host and port in SMTP_URL, and that a firewall lets this machine out',
  ESOCKET: 'check host and port in SMTP_URL, and that a firewall lets this machine out',
  ETIMEDOUT: 'check host and port in SMTP_URL, and that a firewall lets this machine out',
  ETLS: 'check the certificate of the mail server, and whether SMTP_URL should begin with smtps://',
};

export function decideSmtp({ host, encrypted, login, error }: SmtpFacts): Finding {
  if (error !== null) {
    const todo = TODO[error.code] ?? 'check SMTP_URL: smtps://user:password@host:465, or smtp://user:password@host:587';
    return { status: 'fail', message: `${host}: ${error.message}`, todo };
  }
  if (login && !encrypted) {
    return { status: 'warn', message: `${host} answers, but the password is sent in the clear`, todo: 'use smtps://' };
  }
  return ok(`${host} answers${login ? ' and accepts the login' : ''}`);
}

async function probe({ env }: Patient): Promise<SmtpFacts | null> {
  const text = env['SMTP_URL']?.split(',')[0]?.trim();
  if (!text) return null;
  if (!URL.canParse(text)) {
    return { host: 'SMTP_URL', encrypted: false, login: false, error: { code: 'EURL', message: 'is not a URL' } };
  }
  const url = new URL(text);
  const { createTransport } = await import('nodemailer');
  const local = /^(127\.|localhost$|\[?::1)/.test(url.hostname);
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
    secure: url.protocol === 'smtps:',
    ...(url.username
      ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }
      : {}),
    requireTLS: !local,
    connectionTimeout: LIMIT_MS,
    greetingTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS,
  });
  const facts = { host: url.host, encrypted: url.protocol === 'smtps:' || !local, login: url.username !== '' };
  try {
    await transport.verify();
    return { ...facts, error: null };
  } catch (thrown) {
    const error = toError(thrown) as Error & { code?: string };
    return { ...facts, error: { code: error.code ?? '', message: withoutSecret(error.message, url) } };
  } finally {
    transport.close();
  }
}

/** A server may repeat what it was sent. */
const withoutSecret = (message: string, { password }: URL): string =>
  password === '' ? message : message.replaceAll(decodeURIComponent(password), '…');

export const smtp = defineCheck<SmtpFacts>({ name: 'SMTP', needsDatabase: false, probe, decide: decideSmtp });
