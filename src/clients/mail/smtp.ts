// Sends mail over SMTP: a pool of connections (nodemailer), TLS, DKIM, and an outcome that says whether the server may have accepted the
// message.
import { Readable } from 'node:stream';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import type { SMTPPoolOptions, SMTPPoolSentMessageInfo } from 'nodemailer';
import { toError } from '../../base/errors.js';
import { gathered } from './gathered.js';
import { mailOf } from './mail-of.js';
import { outcome } from './outcomes.js';
import { judgeSmtpError, type SmtpError } from './smtp-outcome.js';
import type { SmtpOptions } from './smtp-options.js';
import { parseSmtpUrl, type SmtpServer } from './smtp-url.js';
import { writtenAtOnce } from './written-at-once.js';
import type { OutgoingMessage, Transport, TransportOutcome, TransportSettings } from './transport.js';

/** How much of a message has been sent. */
interface Progress {
  /** A byte of it was written to the connection. */
  begun: boolean;
  /** All of it was. */
  sent: boolean;
}

type TrackedMail = SendMailOptions & { readonly progress: Progress };
type Pool = Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>;

const MAX_CONNECTIONS = 5;

/**
 * `smtp://user:secret@host:587` (STARTTLS) or `smtps://user:secret@host` (TLS from the start). Throws INVALID_CONFIG, which never repeats
 * the URL, because it may contain a secret.
 */
export function smtp(url: string, options: SmtpOptions = {}): Transport {
  const server = parseSmtpUrl(url);
  const { name = server.host } = options;
  let concurrency = MAX_CONNECTIONS;
  let pool: Pool | undefined;

  const opened = (): Pool => (pool ??= openPool(server, options, concurrency));

  /** The server may have closed a pooled connection: a message of which nothing was sent is sent over another one. */
  const attempt = async (mail: SendMailOptions, mayRepeat: boolean): Promise<TransportOutcome> => {
    const progress: Progress = { begun: false, sent: false };
    const tracked: TrackedMail = { ...mail, progress };
    try {
      const { response } = await opened().sendMail(tracked);
      return outcome('accepted', { code: codeOf(response), response });
    } catch (thrown) {
      const error = toError(thrown) as Error & SmtpError;
      if (mayRepeat && !progress.begun && wasClosed(error) && mail.signal?.aborted !== true)
        return attempt(mail, false);
      return judgeSmtpError(error, progress.sent);
    }
  };

  return {
    name,
    method: 'email',
    open({ concurrency: wanted }: TransportSettings) {
      concurrency = wanted;
    },
    send: (message: OutgoingMessage, signal) => attempt({ ...mailOf(message), signal }, true),
    async close() {
      pool?.close({ force: true });
      pool = undefined;
    },
  };
}

function openPool(server: SmtpServer, options: SmtpOptions, concurrency: number): Pool {
  const {
    maxConnections = concurrency,
    maxMessages = 100,
    connectTimeoutMs = 10_000,
    responseTimeoutMs = 60_000,
  } = options;
  const { tls = server.isLoopback ? 'opportunistic' : 'required', ca, dkim } = options;
  const pool = createTransport({
    pool: true,
    ...{ host: server.host, port: server.port, secure: server.secure },
    ...(server.auth === null ? {} : { auth: server.auth }),
    ...{ maxConnections, maxMessages, maxRequeues: 0 },
    ...{ connectionTimeout: connectTimeoutMs, greetingTimeout: connectTimeoutMs, dnsTimeout: connectTimeoutMs },
    socketTimeout: responseTimeoutMs,
    requireTLS: tls === 'required' && !server.secure,
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    // messages must not refer to files or URLs to be read
    ...{ disableFileAccess: true, disableUrlAccess: true },
    ...(dkim === undefined
      ? {}
      : { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey } }),
  }) as Pool;
  pool.use('stream', trackProgress(dkim !== undefined));
  return pool;
}

/** Watches the stream that the connection reads the message from. A signed message must pass the stream that signs it. */
const trackProgress =
  (signed: boolean) =>
  ({ data, message }: TrackedMessage, done: (error?: Error | null) => void): void => {
    const { progress } = data as TrackedMail;
    const create = message.createReadStream.bind(message);
    message.createReadStream = (...given) => {
      const source = signed ? null : writtenAtOnce(message);
      const stream = source === null ? gathered(create(...given)) : Readable.from(source, { objectMode: false });
      stream.once('resume', () => (progress.begun = true));
      stream.once('end', () => (progress.sent = true));
      return stream;
    };
    done();
  };
type TrackedMessage = Parameters<Parameters<Pool['use']>[1]>[0];

const codeOf = (response: string): number | null => Number(/^\d{3}/.exec(response)?.[0] ?? NaN) || null;

const wasClosed = ({ code, responseCode, message }: SmtpError): boolean =>
  responseCode === undefined &&
  (code === 'ECONNECTION' || code === 'ESOCKET') &&
  /closed|ECONNRESET|EPIPE/.test(message);
