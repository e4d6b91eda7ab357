// A real SMTP server on loopback that keeps what it is sent.
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

export interface MailServer {
  readonly port: number;
  readonly url: string;
  readonly mails: readonly ParsedMail[];
  /** Raw, in the order of `mails`. */
  readonly sources: readonly string[];
  readonly sessions: readonly SMTPServerSession[];
  close(): Promise<void>;
}

export interface MailServerOptions extends SMTPServerOptions {
  /** Runs when a mail has come in whole; rejecting with a `responseCode` refuses it. */
  readonly onMail?: (mail: ParsedMail) => Promise<void> | void;
}

/** Without more options: no TLS, no authentication, everything is accepted. */
export async function startMailServer({ onMail, ...options }: MailServerOptions = {}): Promise<MailServer> {
  const mails: ParsedMail[] = [];
  const sources: string[] = [];
  const sessions: SMTPServerSession[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = Buffer.concat(chunks);
        void simpleParser(source)
          .then(async (mail) => {
            await onMail?.(mail);
            mails.push(mail);
            sources.push(source.toString());
            sessions.push(session);
          })
          .then(
            () => done(null, 'kept'),
            (error: Error) => done(error),
          );
      });
    },
    ...options,
  });
  server.on('error', () => {}); // a client that hangs up is none of the test's concern
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const url = `smtp://127.0.0.1:${port}`;
  return { port, url, mails, sources, sessions, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
