// The layout of every mail: tables and inline styles, which all mail clients support; the style element only adds dark mode and narrow
// screens for clients that read it. Colours are defined in one place.

export interface LayoutData {
  readonly subject: string;
  readonly preheader: string;
  /** Already rendered. */
  readonly content: string;
  readonly productName: string;
  readonly unsubscribeUrl: string | null;
}

const FONT = `-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif`;

/** Inline styles for templates, which also work in mail clients that drop the style element. */
export const STYLES = {
  heading: `margin:0 0 16px;font-family:${FONT};font-size:22px;line-height:30px;font-weight:600;color:#16181d;`,
  paragraph: `margin:0 0 16px;font-family:${FONT};font-size:16px;line-height:25px;color:#33373f;`,
  small: `margin:0 0 4px;font-family:${FONT};font-size:13px;line-height:20px;color:#6b7280;`,
  itemTitle: `margin:0 0 4px;font-family:${FONT};font-size:16px;line-height:24px;font-weight:600;color:#16181d;`,
  button: `display:inline-block;padding:12px 22px;font-family:${FONT};font-size:16px;line-height:22px;font-weight:600;color:#ffffff;background-color:#2456c7;border-radius:8px;text-decoration:none;`,
} as const;

/** Prevents clients from filling the preview with the beginning of the text. */
const FILLER = '&#8203;&nbsp;'.repeat(60);

export const LAYOUT_SOURCE = `<!doctype html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{ it.subject }}</title>
<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:620px){.frame{width:100%!important}.inner{padding:24px 20px!important}}
@media (prefers-color-scheme:dark){
body,.page{background-color:#101216!important}
.card{background-color:#1b1e24!important;border-color:#2d323b!important}
.heading,.item-title,.brand{color:#f2f4f7!important}
.text{color:#c9ced6!important}
.small{color:#98a0ab!important}
.rule{border-color:#2d323b!important}
.button{background-color:#4d7df0!important;color:#ffffff!important}
.link{color:#8fb0ff!important}
}
[data-ogsc] .heading,[data-ogsc] .item-title,[data-ogsc] .brand{color:#f2f4f7!important}
[data-ogsc] .text{color:#c9ced6!important}
[data-ogsb] .card{background-color:#1b1e24!important}
</style>
</head>
<body class="page" style="margin:0;padding:0;width:100%;background-color:#f3f4f6;-webkit-text-size-adjust:100%;">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;color:transparent;mso-hide:all;" data-preheader>{{ it.preheader }}${FILLER}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f3f4f6;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" class="frame" width="600" cellpadding="0" cellspacing="0" border="0" style="width:600px;max-width:600px;">
<tr><td class="brand" style="padding:0 4px 16px;font-family:${FONT};font-size:15px;line-height:22px;font-weight:600;color:#16181d;">{{ it.productName }}</td></tr>
<tr><td class="card inner" style="padding:32px;background-color:#ffffff;border:1px solid #e5e7eb;border-radius:12px;">
{{~ it.content }}
</td></tr>
<tr><td style="padding:16px 4px 0;">
<p class="small" style="${STYLES.small}">{{ it.productName }}{{% if (it.unsubscribeUrl) { }} &middot; <a class="link" href="{{ it.unsubscribeUrl }}" style="color:#4b5563;text-decoration:underline;">Unsubscribe</a>{{% } }}</p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
