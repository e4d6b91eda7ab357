// A message as nodemailer takes it.
import type { SendMailOptions } from 'nodemailer';
import type { MailAddress, OutgoingMessage } from './transport.js';

const address = ({ address, name }: MailAddress) => ({ address, name: name ?? '' });

/** Marks it as sent automatically, so that it gets no automatic replies (RFC 3834), and adds one-click unsubscribing (RFC 8058). */
export const mailOf = (message: OutgoingMessage): SendMailOptions => ({
  messageId: message.messageId,
  from: address(message.from),
  ...(message.replyTo === undefined ? {} : { replyTo: address(message.replyTo) }),
  to: address(message.to),
  ...{ subject: message.subject, text: message.text, html: message.html },
  headers: {
    'Auto-Submitted': 'auto-generated',
    ...(message.unsubscribeUrl === undefined
      ? {}
      : { 'List-Unsubscribe': `<${message.unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  },
});
