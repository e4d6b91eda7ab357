// The mail servers of SMTP_URL: whether each one responds, encrypts and accepts the login. No mail is sent.
import { toError } from '../../../../base/errors.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

/** Of one server. */
export interface SmtpFacts {
  readonly host: string;
  readonly encrypted: boolean;
  readonly login: boolean;
  /** null: no error. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

const LIMIT_MS = 10_000;

const TODO: Readonly<Record<string, string>> = {
  EAUTH: 'check the user and the password in SMTP_URL',
  EDNS: 'check the host in SMTP_URL',
  ECONNECTION: 'check host and port in SMTP_URL, and that no firewall blocks this machine',
  ESOCKET: 'check host and port in SMTP_URL, and that no firewall blocks this machine',
  ETIMEDOUT: 'check host and port in SMTP_URL, and that no firewall blocks this machine',
  ETLS: 'check the certificate of the mail server, and whether SMTP_URL should begin with smtps://',
};

function decideServer({ host, encrypted, login, error }: SmtpFacts): Finding {
  if (error !== null) {
    const todo = TODO[error.code] ?? 'check SMTP_URL: smtps://user:password@host:465, or smtp://user:password@host:587';
    return { status: 'fail', message: `${host}: ${error.message}`, todo };
  }
  if (login && !encrypted) {
    return {
      status: 'warn',
      message: `${host} responds, but the password is sent in the clear`,
      todo: 'use smtps://',
    };
  }
  return ok(`${host} responds${login ? ' and accepts the login' : ''}`);
}

/** The first server sends the mails; the others are backups, so that a failure of one of them is only a warning. */
function decideSmtp(servers: readonly SmtpFacts[]): Finding {
  const findings = servers.map(decideServer);
  const unwell = findings.filter(({ status }) => status !== 'ok');
  const message = findings.map((finding) => finding.message).join('; ');
  if (unwell.length === 0) return ok(message);
  const todo = [...new Set(unwell.flatMap((finding) => finding.todo ?? []))].join('; ');
  return { status: findings[0]?.status === 'fail' ? 'fail' : 'warn', message, todo };
}

async function probe({ env }: Patient): Promise<readonly SmtpFacts[] | null> {
  const urls = (env['SMTP_URL'] ?? '').split(',').map((url) => url.trim());
  if (urls.every((url) => url === '')) return null;
  return Promise.all(urls.map(probeServer));
}

async function probeServer(text: string): Promise<SmtpFacts> {
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

/** A server may echo what it was sent. */
const withoutSecret = (message: string, { password }: URL): string =>
  password === '' ? message : message.replaceAll(decodeURIComponent(password), '…');

export const smtp = defineCheck<readonly SmtpFacts[]>({
  name: 'SMTP',
  needsDatabase: false,
  probe,
  decide: decideSmtp,
});
