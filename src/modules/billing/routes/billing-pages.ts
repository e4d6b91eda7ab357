// The billing page of the dashboard: charges, waiting pages with the reason, and retries of declined charges.
import type { AdminPage, AdminPageAction, AdminPageColumn } from '../../../scheduler/public.js';

const RETRY: readonly AdminPageAction[] = [
  {
    title: 'Charge again',
    method: 'post',
    path: '/charges/:id/retry',
    role: 'operator',
    when: { field: 'status', values: ['declined'] },
    confirm: 'Charge the team again for this page? The next pass does it, as a new charge.',
  },
];

const CHARGE: readonly AdminPageColumn[] = [
  { field: 'page_id', title: 'Page', kind: 'id' },
  { field: 'status', title: 'Status', kind: 'status' },
  { field: 'amount_cents', title: 'Amount', kind: 'money' },
  { field: 'team_id', title: 'Team', kind: 'id' },
  { field: 'reason', title: 'Reason', kind: 'text' },
  { field: 'created_at', title: 'Created', kind: 'time' },
  { field: 'paid_at', title: 'Paid', kind: 'time' },
];

export const BILLING_PAGES: readonly AdminPage[] = [
  {
    name: 'charges',
    title: 'Billing',
    description: 'Pages that wait to be published, and what their teams were charged for them.',
    sections: [
      {
        title: 'Waiting pages',
        route: '/queue-status',
        empty: 'Every page that was to be published is charged and published.',
        columns: [
          {
            field: 'team_id',
            title: 'Team',
            kind: 'id',
            link: 'modules/billing/charges/charges?team_id=:team_id',
          },
          { field: 'name', title: 'Name', kind: 'text' },
          { field: 'waiting', title: 'Waiting', kind: 'number' },
          { field: 'reasons', title: 'Why', kind: 'text' },
        ],
      },
      {
        title: 'Charges',
        route: '/charges',
        empty: 'Nothing has been charged yet. Waiting pages says what is to be charged, and what it waits for.',
        filters: [
          {
            field: 'status',
            title: 'Status',
            values: ['open', 'paid', 'declined', 'retrying', 'superseded', 'expired'],
          },
          { field: 'team_id', title: 'Team' },
          { field: 'page_id', title: 'Page' },
        ],
        columns: CHARGE,
        actions: RETRY,
        detail: {
          title: 'Charge',
          sections: [
            {
              title: 'Charge',
              route: '/charges/:id',
              view: 'facts',
              columns: [
                ...CHARGE,
                { field: 'message', title: 'What the provider said', kind: 'text' },
                { field: 'unknown_attempts', title: 'Attempts with unknown outcome', kind: 'number' },
                { field: 'customer_id', title: 'Customer', kind: 'id' },
                { field: 'payment_method_id', title: 'Payment method', kind: 'id' },
                { field: 'payment_intent_id', title: 'Payment intent', kind: 'id' },
                { field: 'idempotency_key', title: 'Idempotency key', kind: 'id' },
                { field: 'updated_at', title: 'Changed', kind: 'time' },
              ],
              actions: RETRY,
            },
          ],
        },
      },
      {
        title: 'Configuration',
        route: '/queue-status?limit=1',
        view: 'facts',
        empty: 'Everything that charging needs is configured.',
        columns: [{ field: 'missing', title: 'Nothing is charged until this is set', kind: 'text' }],
      },
    ],
  },
];
