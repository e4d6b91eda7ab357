import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import { mailOf } from '../../../src/clients/mail/mail-of.js';
import { writtenAtOnce } from '../../../src/clients/mail/written-at-once.js';

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('\n', '\r\n', '\r', '.', '\n.\n', ' \n', '=3D', 'grüße ', '日本語'.repeat(40), 'x'.repeat(1_200)),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
const line = fc.string({ unit: 'binary', maxLength: 120 }).map((value) => value.replaceAll(/\p{Cc}/gu, ''));
const message = fc.record({
  ...{
    id: fc.uuid(),
    subject: line,
    text,
    html: text,
    unsubscribeUrl: fc.constantFrom(undefined, 'https://a.example/u/1'),
  },
  to: fc.record({ address: fc.constantFrom('ada@example.com', 'jörg@bücher.example'), name: line }),
});

it('is what nodemailer streams, whatever the texts are', async () => {
  await fc.assert(
    fc.asyncProperty(message, async ({ id, unsubscribeUrl, ...given }) => {
      const from = { address: 'shop@example.com', name: 'Shop' };
      const sent = { ...given, id, messageId: `<${id}@example.com>`, from };
      const mail = mailOf(unsubscribeUrl === undefined ? sent : { ...sent, unsubscribeUrl });
      const compiled = new MailComposer(mail).compile();
      const once = writtenAtOnce(compiled);
      expect(once?.toString()).toBe((await compiled.build()).toString());
    }),
    { numRuns: 300 },
  );
});

it('leaves a message with a part that is not a text to nodemailer', () => {
  const attachments = [{ filename: 'a.bin', content: Buffer.alloc(10) }];
  expect(writtenAtOnce(new MailComposer({ text: 'hello', attachments }).compile())).toBeNull();
});
