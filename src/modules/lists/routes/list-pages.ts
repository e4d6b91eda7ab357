// The batch lists page of the dashboard: the progress of each import, and rejected members with the reason.
import type { AdminPage, AdminPageAction, AdminPageCondition } from '../../../scheduler/public.js';

const OF_API: AdminPageCondition = { field: 'source', values: ['members_api'] };
const OF_FILE: AdminPageCondition = { field: 'source', values: ['csv'] };
const OPEN: AdminPageCondition = { field: 'status', values: ['queued', 'running'] };

const CANCEL = { title: 'Cancel', method: 'post', path: '/batch-lists/:id/cancel', role: 'operator' } as const;

const ACTIONS: readonly AdminPageAction[] = [
  {
    ...CANCEL,
    when: [OPEN, OF_API],
    confirm: 'The import stops within a page. Stored members are kept, and the import can be resumed.',
  },
  {
    ...CANCEL,
    when: [OPEN, OF_FILE],
    confirm: 'The import stops within a page. Stored members are kept; for the others the file must be uploaded again.',
  },
  {
    title: 'Resume',
    method: 'post',
    path: '/batch-lists/:id/resume',
    role: 'operator',
    when: [{ field: 'status', values: ['failed', 'cancelled'] }, OF_API],
  },
];

export const LIST_PAGES: readonly AdminPage[] = [
  {
    name: 'lists',
    title: 'Batch lists',
    description: 'Audiences that users import from a members API or a file.',
    sections: [
      {
        title: 'Lists of all users',
        route: '/batch-lists',
        refresh: 3,
        empty:
          'Users create lists with POST /api/batch-lists; the command punctual import stores a file for one of them.',
        filters: [
          { field: 'status', title: 'Status', values: ['queued', 'running', 'completed', 'failed', 'cancelled'] },
          { field: 'workspace_id', title: 'Workspace' },
          { field: 'user_id', title: 'User' },
        ],
        columns: [
          { field: 'name', title: 'Name', kind: 'text' },
          { field: 'status', title: 'Status', kind: 'status' },
          {
            field: 'progress.fetched',
            title: 'Progress',
            kind: 'progress',
            total: 'progress.total',
            eta: 'progress.eta_s',
          },
          { field: 'progress.inserted', title: 'Members', kind: 'number' },
          { field: 'progress.duplicates', title: 'Duplicates', kind: 'number' },
          { field: 'progress.invalid', title: 'Invalid', kind: 'number' },
          { field: 'error', title: 'Error', kind: 'text' },
          { field: 'workspace_id', title: 'Workspace', kind: 'id' },
          { field: 'created_at', title: 'Created', kind: 'time' },
        ],
        actions: ACTIONS,
        detail: {
          title: 'Batch list',
          sections: [
            {
              title: 'Progress',
              route: '/batch-lists/:id',
              view: 'facts',
              refresh: 2,
              columns: [
                { field: 'name', title: 'Name', kind: 'text' },
                { field: 'status', title: 'Status', kind: 'status' },
                {
                  field: 'progress.fetched',
                  title: 'Fetched',
                  kind: 'progress',
                  total: 'progress.total',
                  eta: 'progress.eta_s',
                },
                { field: 'progress.rate_per_s', title: 'Members per second', kind: 'number' },
                { field: 'progress.inserted', title: 'Stored', kind: 'number' },
                { field: 'progress.duplicates', title: 'Duplicates', kind: 'number' },
                { field: 'progress.invalid', title: 'Invalid', kind: 'number' },
                { field: 'progress.pages', title: 'Pages', kind: 'number' },
                { field: 'error', title: 'Error', kind: 'text' },
                { field: 'source', title: 'Source', kind: 'text' },
                { field: 'audience', title: 'Audience', kind: 'text' },
                { field: 'priority', title: 'Priority', kind: 'text' },
                { field: 'user_id', title: 'User', kind: 'id', link: 'people/:user_id' },
                { field: 'workspace_id', title: 'Workspace', kind: 'id' },
                { field: 'job_id', title: 'Job', kind: 'id', link: 'jobs/:job_id' },
                { field: 'created_at', title: 'Created', kind: 'time' },
                { field: 'started_at', title: 'Started', kind: 'time' },
                { field: 'completed_at', title: 'Ended', kind: 'time' },
              ],
              actions: ACTIONS,
            },
            {
              title: 'Why members were rejected',
              route: '/batch-lists/:id/rejects/reasons',
              columns: [
                { field: 'reason', title: 'Reason', kind: 'text' },
                { field: 'count', title: 'Members', kind: 'number' },
              ],
              empty: 'Nobody was rejected so far.',
            },
            {
              title: 'Rejected members',
              route: '/batch-lists/:id/rejects',
              columns: [
                { field: 'value', title: 'Address as received', kind: 'text' },
                { field: 'reason', title: 'Reason', kind: 'text' },
                { field: 'line', title: 'Line of the file', kind: 'number' },
                { field: 'external_id', title: 'Id of the source', kind: 'id' },
              ],
              empty: 'Nobody was rejected so far.',
            },
          ],
        },
      },
    ],
  },
];
