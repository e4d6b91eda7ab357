// Signed links to the host's billing portal: the holder may update the payment method of one team, until it expires.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { billingError } from '../errors.js';

export interface BillingLink {
  readonly teamId: string;
  readonly expiresAt: Date;
}

/** Seven days. */
export const LINK_VALID_MS = 7 * 86_400_000;

const signatureOf = (teamId: string, expires: string, secret: string): string =>
  createHmac('sha256', secret).update(`billing-link:${expires}:${teamId}`).digest('base64url');

/** The portal's URL with `team`, `expires` (seconds since 1970) and `signature`; its own parameters are kept. */
export function billingLink(portalUrl: string, { teamId, expiresAt }: BillingLink, secret: string): string {
  const url = new URL(portalUrl);
  const expires = String(Math.floor(expiresAt.getTime() / 1_000));
  url.searchParams.set('team', teamId);
  url.searchParams.set('expires', expires);
  url.searchParams.set('signature', signatureOf(teamId, expires, secret));
  return url.href;
}

/** For the portal: returns the team of the link. Throws BILLING_LINK_INVALID if it was not signed by `secret` or has expired at `now`. */
export function readBillingLink(link: string, secret: string, now: Date): BillingLink {
  const refuse = (why: string): never => {
    throw billingError('BILLING_LINK_INVALID', `the link ${why}`);
  };
  const { searchParams } = URL.canParse(link) ? new URL(link) : refuse('is no URL');
  const [teamId, expires, signature] = ['team', 'expires', 'signature'].map((name) => searchParams.get(name) ?? '');
  const expected = Buffer.from(signatureOf(teamId ?? '', expires ?? '', secret));
  const given = Buffer.from(signature ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) refuse('was not signed by this secret');
  const expiresAt = new Date(Number(expires) * 1_000);
  if (expiresAt <= now) refuse('has expired');
  return { teamId: teamId ?? '', expiresAt };
}
