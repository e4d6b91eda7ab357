// The page of webhooks in the dashboard: endpoints, their secrets, and what was delivered.
import type { AdminPage, AdminPageAction, AdminPageColumn, AdminPageField } from '../../../scheduler/public.js';
import { WEBHOOK_EVENTS } from '../create-webhooks.js';

const SECRET: readonly AdminPageColumn[] = [{ field: 'secret', title: 'Secret', kind: 'text' }];
const SECRET_NOTE = 'Copy the secret now: it is not shown again. Its receiver checks signatures with it.';

const FIELDS: readonly AdminPageField[] = [
  { field: 'url', title: 'Address', kind: 'text', required: true, hint: 'An https:// address that anybody can reach.' },
  { field: 'events', title: 'Events', kind: 'choices', required: true, values: WEBHOOK_EVENTS },
  { field: 'description', title: 'Description', kind: 'text' },
];

const ACTIONS: readonly AdminPageAction[] = [
  { title: 'Change', method: 'patch', path: '/webhooks/:id', role: 'admin', fields: FIELDS },
  {
    title: 'Disable',
    method: 'patch',
    path: '/webhooks/:id',
    role: 'admin',
    body: { enabled: false },
    when: { field: 'enabled', values: [true] },
    confirm: 'Nothing is sent to it until it is enabled again. Events of that time are not sent later.',
  },
  {
    title: 'Enable',
    method: 'patch',
    path: '/webhooks/:id',
    role: 'admin',
    body: { enabled: true },
    when: { field: 'enabled', values: [false] },
  },
  {
    title: 'Rotate the secret',
    method: 'post',
    path: '/webhooks/:id/rotate',
    role: 'admin',
    confirm: 'A new secret is made. The old one also signs for a day, so that the receiver can be changed meanwhile.',
    result: SECRET,
    note: SECRET_NOTE,
  },
  {
    title: 'Delete',
    method: 'delete',
    path: '/webhooks/:id',
    role: 'admin',
    confirm: 'Delete this endpoint and its deliveries? Nothing is sent to it any more.',
  },
];

const ENDPOINT: readonly AdminPageColumn[] = [
  { field: 'url', title: 'Address', kind: 'text' },
  { field: 'enabled', title: 'State', kind: 'status' },
  { field: 'disabled_why', title: 'Disabled because', kind: 'text' },
  { field: 'events', title: 'Events', kind: 'text' },
  { field: 'types', title: 'Only these job types', kind: 'text' },
  { field: 'description', title: 'Description', kind: 'text' },
  { field: 'workspace_id', title: 'Workspace', kind: 'id' },
  { field: 'created_at', title: 'Created', kind: 'time' },
  { field: 'updated_at', title: 'Changed', kind: 'time' },
];

const DELIVERY: readonly AdminPageColumn[] = [
  { field: 'event', title: 'Event', kind: 'text' },
  { field: 'status', title: 'Status', kind: 'status' },
  { field: 'attempts', title: 'Attempts', kind: 'number' },
  { field: 'response_status', title: 'HTTP status', kind: 'number' },
  { field: 'error', title: 'Error', kind: 'text' },
  { field: 'duration_ms', title: 'Duration', kind: 'duration' },
  { field: 'created_at', title: 'Created', kind: 'time' },
];

export const WEBHOOK_PAGES: readonly AdminPage[] = [
  {
    name: 'endpoints',
    title: 'Webhooks',
    description: 'Addresses that hear of jobs as they end, by signed requests.',
    sections: [
      {
        title: 'Endpoints',
        route: '/webhooks',
        empty: 'Create an endpoint to have a URL of yours called when jobs end; each call is signed.',
        filters: [{ field: 'workspace_id', title: 'Workspace' }],
        columns: ENDPOINT.filter(({ field }) => !['types', 'created_at'].includes(field)),
        create: {
          title: 'Create an endpoint',
          method: 'post',
          path: '/webhooks',
          role: 'admin',
          fields: [
            ...FIELDS,
            {
              field: 'workspace_id',
              title: 'Workspace',
              kind: 'text',
              hint: 'Without one it receives events of all workspaces.',
            },
          ],
          result: SECRET,
          note: SECRET_NOTE,
        },
        detail: {
          title: 'Webhook endpoint',
          sections: [
            { title: 'Endpoint', route: '/webhooks/:id', view: 'facts', columns: ENDPOINT, actions: ACTIONS },
            {
              title: 'Deliveries',
              route: '/webhooks/:id/deliveries',
              empty: 'Nothing has been sent to it yet.',
              filters: [{ field: 'status', title: 'Status', values: ['pending', 'delivered', 'dead'] }],
              columns: DELIVERY,
              more: [
                ...DELIVERY,
                { field: 'delivered_at', title: 'Delivered', kind: 'time' },
                { field: 'id', title: 'Message', kind: 'id' },
                { field: 'payload', title: 'Body', kind: 'json' },
              ],
              actions: [
                {
                  title: 'Redeliver',
                  method: 'post',
                  path: '/webhooks/:endpoint_id/deliveries/:id/redeliver',
                  role: 'operator',
                  when: { field: 'status', values: ['delivered', 'dead'] },
                  confirm: 'The same message is sent again, with the same id.',
                },
              ],
            },
          ],
        },
      },
    ],
  },
];
