// The HTML that the server sends: the built page with the URLs of this mount, and small pages for when it cannot be sent.

/** Headers of every page and asset: nothing inline, nothing from other hosts, no framing. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

const ASSET = /\b(src|href)="(?:\.\/)?assets\//g;

/** The built page for a mount at `base`: absolute URLs of its assets, and the URL of the API in a `meta` element. */
export function pageAt(html: string, base: string): string {
  const safe = escape(base);
  return html
    .replaceAll(ASSET, (_match, attribute: string) => `${attribute}="${safe}/ui/assets/`)
    .replace('<head>', () => `<head>\n    <meta name="punctual-base" content="${safe}" />`);
}

const message = (title: string, text: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} · Punctual</title>
  </head>
  <body>
    <h1>${title}</h1>
    <p>${text}</p>
  </body>
</html>
`;

export const NOT_BUILT = message(
  'The dashboard has not been built',
  'Run <code>npm run build</code> and reload this page. The API works without it.',
);

/** For hosts with their own authentication, which provide the login. */
export const NOT_SIGNED_IN = message(
  'You are not signed in',
  'The dashboard uses the sign-in of the application that it is part of. Sign in there, then reload this page.',
);
