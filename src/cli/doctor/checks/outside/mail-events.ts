// The secrets with which bounces and complaints are verified: each has the form that its provider uses, and the provider that sends the
// mails has one. No request is made.
import { SHORTEST_SECRET } from '../../../../base/secrets/secret-strength.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface MailEventFacts {
  /** For each provider: what its secret must be; null: it is valid. */
  readonly secrets: Readonly<Record<string, string | null>>;
  /** Providers whose server sends the mails but whose events are not configured. */
  readonly unheard: readonly string[];
}

const VARIABLE = 'NOTIFY_EVENT_SECRETS';
const SERVERS: readonly (readonly [provider: string, host: RegExp])[] = [
  ['postmark', /(^|\.)postmarkapp\.com$/i],
  ['ses', /(^|\.)email-smtp[\w.-]*\.amazonaws\.com$/i],
  ['resend', /(^|\.)resend\.com$/i],
];

function decideMailEvents({ secrets, unheard }: MailEventFacts): Finding {
  const wrong = Object.entries(secrets).filter(([, must]) => must !== null);
  if (wrong.length > 0) {
    const message = wrong.map(([provider, must]) => `the secret of ${provider} must be ${must}`).join('; ');
    return { status: 'fail', message, todo: `correct ${VARIABLE}: until then, events are refused` };
  }
  if (unheard.length > 0) {
    return {
      status: 'warn',
      message: `mails go through ${unheard.join(' and ')}, whose bounces and complaints are not received`,
      todo: `set ${VARIABLE}=${unheard[0]}:<secret>, and its webhook to /api/notifications/events/${unheard[0]}`,
    };
  }
  const names = Object.keys(secrets);
  if (names.length === 0) return { status: 'none', message: `${VARIABLE} is not set` };
  return ok(`can verify what ${names.join(', ')} send${names.length === 1 ? 's' : ''}`);
}

/** Pure. What the secret must be; null: it is valid. */
function secretProblem(provider: string, secret: string): string | null {
  switch (provider) {
    case 'ses':
      return /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}$/.test(secret)
        ? null
        : 'the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<topic>';
    case 'resend':
      return /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret)
        ? null
        : 'the signing secret of the webhook: whsec_ and base64';
    default:
      return secret.length >= SHORTEST_SECRET ? null : `at least ${SHORTEST_SECRET} characters`;
  }
}

async function probe({ config }: Patient): Promise<MailEventFacts | null> {
  const { notifications: mail } = config.modules;
  if (mail === null) return null;
  const secrets = Object.entries(mail.eventSecrets).map(
    ([name, secret]) => [name, secretProblem(name, secret)] as const,
  );
  const hosts = mail.smtpUrls.filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname);
  const senders = SERVERS.filter(([, host]) => hosts.some((one) => host.test(one))).map(([provider]) => provider);
  return {
    secrets: Object.fromEntries(secrets),
    unheard: senders.filter((provider) => mail.eventSecrets[provider] === undefined),
  };
}

export const mailEvents = defineCheck<MailEventFacts>({
  name: 'mail events',
  needsDatabase: false,
  probe,
  decide: decideMailEvents,
});
