// The unsubscribe page: plain HTML without scripts or external resources, and a form that posts to itself.
import { createHash } from 'node:crypto';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;color:#1c1c1e;background:#f5f5f7;margin:0;padding:10vh 16px}
main{max-width:420px;margin:auto;background:#fff;border-radius:12px;padding:32px}
h1{font-size:20px;margin:0 0 12px}button{font:inherit;color:#fff;background:#1c1c1e;border:0;border-radius:8px;padding:10px 20px}
@media(prefers-color-scheme:dark){body{color:#f5f5f7;background:#1c1c1e}main{background:#2c2c2e}button{color:#1c1c1e;background:#f5f5f7}}`;

const POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
].join('; ');

/** The URL of the page is a secret: it must not be sent as a referrer or cached. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
} as const;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>
<style>${STYLE}</style></head>
<body><main><h1>${escape(title)}</h1>${content}</main></body>
</html>
`;

interface Told {
  readonly address: string;
  readonly category: string;
}

/** Asks for confirmation; nothing has changed yet. */
export const askPage = ({ address, category }: Told): string =>
  page(
    'Unsubscribe?',
    `<p>${escape(address)} will no longer receive messages of the kind <strong>${escape(category)}</strong>.</p>
<form method="post"><button type="submit">Unsubscribe</button></form>`,
  );

export const donePage = ({ address, category }: Told): string =>
  page(
    'You are unsubscribed',
    `<p>${escape(address)} will no longer receive messages of the kind <strong>${escape(category)}</strong>.</p>`,
  );

export const invalidPage = (): string =>
  page('This link is not valid', '<p>It is incomplete or too old. Use the link in the latest message.</p>');
