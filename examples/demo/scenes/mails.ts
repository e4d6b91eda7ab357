// Mails of the demo: a small SMTP server of its own, a bulk that the server sends to it, and one of them as a person reads it.
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { bold, dim, green, number, print, red, table } from '../print.js';
import type { Stage } from '../stage.js';

export interface DemoMailbox {
  readonly url: string;
  /** Where the mails are, as `.eml` files. */
  readonly folder: string;
  readonly mails: readonly ParsedMail[];
  close(): Promise<void>;
}

const RECIPIENTS = 25;
const LIMIT_MS = 30_000;

export async function openMailbox(folder: string): Promise<DemoMailbox> {
  await mkdir(folder, { recursive: true });
  const mails: ParsedMail[] = [];
  const keep = async (source: Buffer): Promise<void> => {
    const mail = await simpleParser(source);
    await writeFile(path.join(folder, `${String(mails.length + 1).padStart(3, '0')}.eml`), source);
    mails.push(mail);
  };
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => void keep(Buffer.concat(chunks)).then(() => done(), done));
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `smtp://127.0.0.1:${port}`, folder, mails, close };
}

export interface SentMails {
  readonly batch: Readonly<Record<string, number>>;
  readonly mailbox: DemoMailbox;
}

/** Hands one bulk in and waits until all of it is sent. */
export async function sendMails({ admin, mailbox }: Stage, signal: AbortSignal): Promise<SentMails> {
  print(`\n${bold('Mails')}  ${dim('POST /api/notifications/send-bulk: stored with one statement, sent by jobs')}`);
  const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' };
  const action = { label: 'Open the report', url: 'https://example.com/reports/7' };
  const body = {
    type: 'immediate',
    templateData: {
      title: 'Your weekly report is ready',
      body: 'It has everything since Monday.',
      preheader: 'New figures',
      action,
    },
    recipients: Array.from({ length: RECIPIENTS }, (_, n) => ({
      to: { email: `reader${n + 1}@example.com`, name: `Reader ${n + 1}` },
    })),
  };
  const sent = await fetch(`${admin.url}/api/notifications/send-bulk`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal,
  });
  if (sent.status !== 202)
    throw new Error(`POST /api/notifications/send-bulk returned ${sent.status}: ${await sent.text()}`);
  const at = `${admin.url}${sent.headers.get('location') ?? ''}`;
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    const { statuses } = (await (await fetch(at, { headers, signal })).json()) as { statuses: Record<string, number> };
    const open = (statuses.pending ?? 0) + (statuses.processing ?? 0);
    if (open === 0 || performance.now() > until) return { batch: statuses, mailbox };
    await sleep(100, undefined, { signal });
  }
}

/** What is wrong; empty if nothing is. */
export const problemsOfMails = ({ batch, mailbox }: SentMails): string[] =>
  batch.sent === RECIPIENTS && mailbox.mails.length === RECIPIENTS
    ? []
    : [`of ${RECIPIENTS} mails ${mailbox.mails.length} came in, and the server says ${JSON.stringify(batch)}`];

export function showMails({ batch, mailbox }: SentMails, problems: readonly string[]): void {
  const [first] = mailbox.mails;
  table([['sent', green(number(batch.sent ?? 0)), dim(`as .eml files in ${mailbox.folder}`)]]);
  const text = (first?.text ?? '').trimEnd().split('\n');
  for (const line of [`Subject: ${first?.subject ?? ''}`, '', ...text]) print(dim(`  │ ${line}`));
  for (const problem of problems) print(red(`  ✗ ${problem}`));
}
