// The billing page of the dashboard: charges and waiting pages.
import type { AdminPage } from '../../../scheduler/public.js';

export const BILLING_PAGES: readonly AdminPage[] = [
  {
    name: 'charges',
    title: 'Billing',
    sections: [
      {
        title: 'Charges',
        route: '/charges',
        filters: [
          {
            field: 'status',
            title: 'Status',
            values: ['open', 'paid', 'declined', 'retrying', 'superseded', 'expired'],
          },
          { field: 'team_id', title: 'Team' },
          { field: 'page_id', title: 'Page' },
        ],
        columns: [
          { field: 'id', title: 'Charge', kind: 'id' },
          { field: 'team_id', title: 'Team', kind: 'id' },
          { field: 'page_id', title: 'Page', kind: 'id' },
          { field: 'status', title: 'Status', kind: 'status' },
          { field: 'amount_cents', title: 'Amount', kind: 'money' },
          { field: 'reason', title: 'Reason', kind: 'text' },
          { field: 'created_at', title: 'Created', kind: 'time' },
          { field: 'paid_at', title: 'Paid', kind: 'time' },
        ],
        actions: [
          {
            title: 'Charge again',
            method: 'post',
            path: '/charges/:id/retry',
            role: 'operator',
            confirm: 'Charge the team again for this page?',
          },
        ],
      },
      {
        title: 'Waiting pages',
        route: '/queue-status',
        columns: [
          { field: 'name', title: 'Team', kind: 'text' },
          { field: 'team_id', title: 'Id', kind: 'id' },
          { field: 'waiting', title: 'Waiting', kind: 'number' },
          { field: 'reasons', title: 'Why', kind: 'text' },
        ],
      },
    ],
  },
];
