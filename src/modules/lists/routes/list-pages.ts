// The batch lists page of the dashboard: the progress of each import.
import type { AdminPage } from '../../../scheduler/public.js';

export const LIST_PAGES: readonly AdminPage[] = [
  {
    name: 'lists',
    title: 'Batch lists',
    sections: [
      {
        title: 'Lists of all users',
        route: '/batch-lists',
        filters: [
          { field: 'status', title: 'Status', values: ['queued', 'running', 'completed', 'failed', 'cancelled'] },
          { field: 'workspace_id', title: 'Workspace' },
          { field: 'user_id', title: 'User' },
        ],
        columns: [
          { field: 'id', title: 'List', kind: 'id' },
          { field: 'name', title: 'Name', kind: 'text' },
          { field: 'status', title: 'Status', kind: 'status' },
          { field: 'progress.inserted', title: 'Members', kind: 'number' },
          { field: 'progress.duplicates', title: 'Duplicates', kind: 'number' },
          { field: 'progress.invalid', title: 'Invalid', kind: 'number' },
          { field: 'error', title: 'Error', kind: 'text' },
          { field: 'created_at', title: 'Created', kind: 'time' },
          { field: 'completed_at', title: 'Completed', kind: 'time' },
        ],
      },
    ],
  },
];
