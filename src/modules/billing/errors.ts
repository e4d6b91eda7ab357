// The error codes of billing.
import { errorsOf } from '../../scheduler/public.js';

export const BILLING_ERRORS = {
  CHARGE_NOT_FOUND: { kind: 'not_found', meaning: 'There is no such charge.' },
  CHARGE_NOT_DECLINED: {
    kind: 'conflict',
    meaning:
      'Only a declined charge can be retried by hand. A charge with an unknown outcome is retried automatically.',
  },
  PAYMENT_KEY_REFUSED: {
    kind: 'bad_receiver',
    meaning: 'The payment provider refused the key. Set a valid `STRIPE_SECRET_KEY`; nothing is charged until then.',
  },
  BILLING_LINK_INVALID: { kind: 'forbidden', meaning: 'The link was not signed by this secret, or has expired.' },
} as const;

export const billingError = errorsOf(BILLING_ERRORS);
