// The source of a message in one piece. nodemailer streams it: one turn of the event loop for each part, and many small pieces. What it
// consists of is nodemailer's own: headers, choice of encodings, encoders, boundaries.
import type MimeNode from 'nodemailer/lib/mime-node';
import { encode as encodeBase64, wrap as wrapBase64 } from 'nodemailer/lib/base64';
import { encode as encodeQuoted, wrap as wrapQuoted } from 'nodemailer/lib/qp';

/** Equal to what `message.build()` returns; null: a part is not a text, so that it must be streamed. */
export function writtenAtOnce(message: MimeNode): Buffer | null {
  const source = sourceOf(message);
  if (source === null) return null;
  if (source.endsWith('\n')) return Buffer.from(source);
  return Buffer.from(source.endsWith('\r') ? `${source}\n` : `${source}\r\n`);
}

function sourceOf(node: MimeNode): string | null {
  const { content = '' } = node;
  if (typeof content !== 'string') return null;
  // first: it decides whether the node has parts, and their boundary
  const headers = node.buildHeaders();
  const body = content === '' ? '' : encoded(content, node.getTransferEncoding());
  if (!node.multipart) return `${headers}\r\n\r\n${body}`;
  const parts = node.childNodes.map(sourceOf);
  if (parts.includes(null)) return null;
  const delimiter = `--${String(node.boundary)}`;
  return `${headers}\r\n\r\n${body}${delimiter}\r\n${parts.join(`\r\n${delimiter}\r\n`)}\r\n${delimiter}--\r\n`;
}

function encoded(content: string, encoding: string | false): string {
  if (encoding === 'quoted-printable') return wrapQuoted(encodeQuoted(content));
  if (encoding === 'base64') return wrapBase64(encodeBase64(content));
  return content;
}
