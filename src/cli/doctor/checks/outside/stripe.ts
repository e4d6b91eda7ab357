// The key of the payment provider: whether it is accepted, and is a live key in production. Nothing is charged.
import { defineCheck, ok, type Finding, type Patient } from '../../check.js';
import { ask, baseOf } from './ask.js';

export interface StripeFacts {
  readonly base: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly testKey: boolean;
  readonly production: boolean;
}

const OWN = 'https://api.stripe.com';

function decideStripe({ base, status, error, testKey, production }: StripeFacts): Finding {
  if (status === null) {
    return {
      status: 'fail',
      message: `${base} cannot be reached: ${error}`,
      todo: 'check STRIPE_API_BASE and the network',
    };
  }
  if (status === 401) {
    return {
      status: 'fail',
      message: `${base} refuses STRIPE_SECRET_KEY`,
      todo: 'set it to a key that has not been revoked',
    };
  }
  if (status === 403) return ok(`${base} accepts the key, which may not read the balance`);
  if (status >= 400) return { status: 'warn', message: `${base} replied with ${status}`, todo: 'try again later' };
  if (testKey && production) {
    return {
      status: 'warn',
      message: 'STRIPE_SECRET_KEY is a test key, but this is production',
      todo: 'set it to a live key',
    };
  }
  return ok(`${base} accepts the key`);
}

async function probe({ env, config }: Patient): Promise<StripeFacts | null> {
  const key = env['STRIPE_SECRET_KEY'];
  if (!key) return null;
  const base = baseOf(env['STRIPE_API_BASE'], OWN);
  const { status, error } = await ask(`${base}/v1/balance`, key);
  return { base, status, error, testKey: /^(sk|rk)_test_/.test(key), production: config.environment === 'production' };
}

export const stripe = defineCheck<StripeFacts>({ name: 'Stripe', needsDatabase: false, probe, decide: decideStripe });
