// The page of notifications in the dashboard: addresses that nothing is sent to.
import type { AdminPage } from '../../../scheduler/public.js';

export const NOTIFICATION_PAGES: readonly AdminPage[] = [
  {
    name: 'suppressions',
    title: 'Suppressions',
    sections: [
      {
        title: 'Suppression list',
        route: '/suppressions',
        filters: [{ field: 'address', title: 'Address' }],
        columns: [
          { field: 'address', title: 'Address', kind: 'text' },
          { field: 'delivery_method', title: 'Method', kind: 'text' },
          { field: 'category', title: 'Category', kind: 'text' },
          { field: 'reason', title: 'Reason', kind: 'status' },
          { field: 'detail', title: 'Detail', kind: 'text' },
          { field: 'created_at', title: 'Since', kind: 'time' },
        ],
      },
    ],
  },
];
