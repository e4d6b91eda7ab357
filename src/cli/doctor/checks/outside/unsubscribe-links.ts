// The target of the links for unsubscribing, which every mail of a category that can be switched off carries: a link of no one is requested,
// and must be refused by our own page.
import { toError } from '../../../../base/errors.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface UnsubscribeFacts {
  /** null: PUBLIC_URL is not set. */
  readonly publicUrl: string | null;
  readonly hasKeys: boolean;
  readonly production: boolean;
  /** Null: there was no response, or it was not requested. */
  readonly status: number | null;
  /** The response is that of the unsubscribe page. */
  readonly isPage: boolean;
  readonly error: string | null;
}

const LIMIT_MS = 10_000;
const UNSEEN = { status: null, isPage: false, error: null };

function decideUnsubscribeLinks(facts: UnsubscribeFacts): Finding {
  const { publicUrl, hasKeys, production, status, isPage, error } = facts;
  const lacking = [...(publicUrl === null ? ['PUBLIC_URL'] : []), ...(hasKeys ? [] : ['ENCRYPTION_KEYS'])];
  if (lacking.length > 0) {
    const message = `mails have no link for unsubscribing: ${lacking.join(' and ')} ${lacking.length === 1 ? 'is' : 'are'} not set`;
    return production ? { status: 'warn', message, todo: `set ${lacking.join(' and ')}` } : { status: 'none', message };
  }
  if (status === null) {
    return {
      status: 'warn',
      message: `${publicUrl} cannot be reached: ${error}`,
      todo: 'start the server, or check PUBLIC_URL and the network',
    };
  }
  if (!isPage) {
    return {
      status: 'fail',
      message: `${publicUrl}/notifications/unsubscribe is not the page for unsubscribing (it replied with ${status})`,
      todo: 'set PUBLIC_URL to the public URL of /api, such as https://app.example.com/api',
    };
  }
  if (production && !publicUrl!.startsWith('https:')) {
    return {
      status: 'warn',
      message: 'PUBLIC_URL does not use https: mail clients offer to unsubscribe only with https (RFC 8058)',
      todo: 'set PUBLIC_URL to an address that begins with https://',
    };
  }
  return ok(`links for unsubscribing lead to ${publicUrl}`);
}

async function look(publicUrl: string): Promise<Pick<UnsubscribeFacts, 'status' | 'isPage' | 'error'>> {
  try {
    const url = `${publicUrl.replace(/\/+$/, '')}/notifications/unsubscribe/doctor`;
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(LIMIT_MS) });
    const isPage = /<title>This link is not valid</.test(await response.text());
    return { status: response.status, isPage, error: null };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    return { ...UNSEEN, error: toError(cause ?? error).message || 'no connection' };
  }
}

async function probe({ config }: Patient): Promise<UnsubscribeFacts | null> {
  const { notifications: mail } = config.modules;
  // without a mail server, mails are files
  if (mail === null || mail.smtpUrls.length === 0) return null;
  const hasKeys = config.auth.encryptionKeys.length > 0;
  const seen = mail.publicUrl === null || !hasKeys ? UNSEEN : await look(mail.publicUrl);
  return { publicUrl: mail.publicUrl, hasKeys, production: config.environment === 'production', ...seen };
}

export const unsubscribeLinks = defineCheck<UnsubscribeFacts>({
  name: 'unsubscribe links',
  needsDatabase: false,
  probe,
  decide: decideUnsubscribeLinks,
});
