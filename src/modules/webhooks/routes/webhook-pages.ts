// The page of webhooks in the dashboard.
import type { AdminPage } from '../../../scheduler/public.js';

export const WEBHOOK_PAGES: readonly AdminPage[] = [
  {
    name: 'endpoints',
    title: 'Webhooks',
    sections: [
      {
        title: 'Endpoints',
        route: '/webhooks',
        filters: [{ field: 'workspace_id', title: 'Workspace' }],
        columns: [
          { field: 'url', title: 'Address', kind: 'text' },
          { field: 'workspace_id', title: 'Workspace', kind: 'id' },
          { field: 'events', title: 'Events', kind: 'text' },
          { field: 'enabled', title: 'Enabled', kind: 'status' },
          { field: 'disabled_why', title: 'Disabled because', kind: 'text' },
          { field: 'updated_at', title: 'Changed', kind: 'time' },
        ],
        actions: [
          {
            title: 'Delete',
            method: 'delete',
            path: '/webhooks/:id',
            role: 'admin',
            confirm: 'Delete this endpoint and its deliveries? Nothing is sent to it any more.',
          },
        ],
      },
    ],
  },
];
