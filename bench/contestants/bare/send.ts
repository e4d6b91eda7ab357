// The same mails through the same nodemailer pool in a bare loop: rendered once, never stored, never retried.
import { createTransport } from 'nodemailer';
import { mailOf } from '../../../src/clients/mail/mail-of.js';
import {
  createTemplateRegistry,
  type CompiledTemplate,
} from '../../../src/modules/notifications/templates/registry.js';
import { createRenderer } from '../../../src/modules/notifications/templates/render.js';
import { answer, timed } from '../../support/programs/contest.js';

const { smtpUrl, size, parallel } = JSON.parse(process.argv[2] ?? '{}') as {
  smtpUrl: string;
  size: number;
  parallel: number;
};
const registry = createTemplateRegistry();
const data = {
  title: 'A benchmark',
  body: 'One line.\n\nAnd another.',
  action: { label: 'Open', url: 'https://bench.example/1' },
};
const template = registry.find('immediate') as CompiledTemplate;
const nothing = { subject: null, unsubscribeUrl: null, timeZone: null };
const { subject, html, text } = createRenderer(registry, 'bench.example')({ template, data, ...nothing });
const { hostname: host, port } = new URL(smtpUrl);
const pool = createTransport({ pool: true, host, port: Number(port), maxConnections: parallel, maxMessages: 100 });
const from = { address: 'shop@bench.example' };
const send = (n: number) =>
  pool.sendMail(
    mailOf({
      id: String(n),
      messageId: `<${n}@bench.example>`,
      from,
      to: { address: `u${n}@bench.example` },
      subject,
      html,
      text,
    }),
  );
let next = 0;
const loop = async (): Promise<void> => {
  while (next < size) await send(next++);
};
const result = await timed(size, () => Promise.all(Array.from({ length: parallel }, loop)));
pool.close();
answer(result);
