// The same charges in a bare loop over the official SDK: no ledger, no pages, nothing is stored.
import Stripe from 'stripe';
import { answer, timed } from '../../support/programs/contest.js';

const { apiUrl, key, pages, parallel } = JSON.parse(process.argv[2] ?? '{}') as {
  apiUrl: string;
  key: string;
  pages: number;
  parallel: number;
};
const { hostname: host, port } = new URL(apiUrl);
const stripe = new Stripe(key, { host, port: Number(port), protocol: 'http', maxNetworkRetries: 0, telemetry: false });

let next = 0;
async function work(): Promise<void> {
  while (next < pages) {
    const n = (next += 1);
    await stripe.paymentIntents.create(
      {
        ...{ amount: 799, currency: 'usd', customer: `cus_${n % 1_000}`, payment_method: 'pm_card_visa' },
        ...{ off_session: true, confirm: true, metadata: { page_id: String(n), team_id: String(n % 1_000) } },
      },
      { idempotencyKey: `page-${n}` },
    );
  }
}
answer(await timed(pages, () => Promise.all(Array.from({ length: parallel }, work))));
