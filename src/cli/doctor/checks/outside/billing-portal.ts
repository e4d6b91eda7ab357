// The target of the links in dunning mails: without BILLING_PORTAL_URL no team that is past due gets a mail. The page is requested once,
// without a signed link, which changes nothing.
import { toError } from '../../../../base/errors.js';
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';

export interface BillingPortalFacts {
  /** null: BILLING_PORTAL_URL is not set. */
  readonly portal: string | null;
  /** Other variables that dunning needs and that are not set. */
  readonly missing: readonly string[];
  readonly production: boolean;
  /** Status of the page; null: there was no response, or it was not requested. */
  readonly status: number | null;
  readonly error: string | null;
}

const VARIABLE = 'BILLING_PORTAL_URL';
const LIMIT_MS = 10_000;

function decideBillingPortal({ portal, missing, production, status, error }: BillingPortalFacts): Finding {
  const lacking = [...(portal === null ? [VARIABLE] : []), ...missing];
  if (lacking.length > 0) {
    return {
      status: 'warn',
      message: `teams that are past due get no mail: ${lacking.join(' and ')} ${lacking.length === 1 ? 'is' : 'are'} not set`,
      todo: `set ${lacking.join(' and ')}, or remove billing from BATCH_MODULES`,
    };
  }
  if (production && !portal!.startsWith('https:')) {
    return {
      status: 'fail',
      message: `${VARIABLE} must use https in production: anyone who sees a link can use it`,
      todo: `set ${VARIABLE} to an address that begins with https://`,
    };
  }
  if (status === null) {
    return {
      status: 'warn',
      message: `${portal} cannot be reached: ${error}`,
      todo: `check ${VARIABLE} and the network`,
    };
  }
  if (status === 404 || status === 410 || status >= 500) {
    return {
      status: 'warn',
      message: `${portal} replied with ${status}`,
      todo: `check ${VARIABLE}: mails to teams that are past due link to it`,
    };
  }
  return ok(`mails to teams that are past due link to ${portal}`);
}

/** A page that requires a login or a signed link refuses or redirects, so it exists. */
async function look(url: string): Promise<Pick<BillingPortalFacts, 'status' | 'error'>> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(LIMIT_MS) });
    await response.body?.cancel();
    return { status: response.status, error: null };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    return { status: null, error: toError(cause ?? error).message || 'no connection' };
  }
}

async function probe({ config }: Patient): Promise<BillingPortalFacts | null> {
  const { batch, billing, notifications } = config.modules;
  const { portalUrl: portal, linkSecret, stripeSecretKey } = billing;
  // without payments and without any dunning variable, dunning is not in use
  if (!batch.includes('billing') || [stripeSecretKey, portal, linkSecret].every((setting) => setting === null)) {
    return null;
  }
  const missing = [
    ...(linkSecret === null ? ['BILLING_LINK_SECRET'] : []),
    ...(notifications === null ? ['SMTP_URL'] : []),
  ];
  const seen = portal === null ? { status: null, error: null } : await look(portal);
  return { portal, missing, production: config.environment === 'production', ...seen };
}

export const billingPortal = defineCheck<BillingPortalFacts>({
  name: 'billing portal',
  needsDatabase: false,
  probe,
  decide: decideBillingPortal,
});
