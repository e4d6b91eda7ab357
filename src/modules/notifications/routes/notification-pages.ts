// The notifications page of the dashboard: the log, the suppression list, transports and templates.
import type { AdminPage, AdminPageColumn, AdminPageSection } from '../../../scheduler/public.js';

const METHODS = ['email', 'sms', 'whatsapp'] as const;

const ATTEMPT: readonly AdminPageColumn[] = [
  { field: 'at', title: 'At', kind: 'time' },
  { field: 'attempt', title: 'Attempt', kind: 'number' },
  { field: 'status', title: 'Status', kind: 'status' },
  { field: 'transport', title: 'Transport', kind: 'text' },
  { field: 'response_code', title: 'Code', kind: 'number' },
  { field: 'response', title: 'What the server said', kind: 'text' },
  { field: 'error', title: 'Error', kind: 'text' },
];

const LOG: AdminPageSection = {
  title: 'Log',
  route: '/notifications',
  empty:
    'A notification is listed as soon as it is stored, before it is sent: with POST /api/notifications/send-email, or from your code with notifier.send.',
  filters: [
    { field: 'address', title: 'Address' },
    { field: 'recipient_id', title: 'Recipient' },
    { field: 'status', title: 'Status', values: ['pending', 'sent', 'failed', 'cancelled'] },
    { field: 'notification_type', title: 'Type' },
    { field: 'delivery_method', title: 'Method', values: METHODS },
    { field: 'transport', title: 'Transport' },
  ],
  columns: [
    { field: 'created_at', title: 'Created', kind: 'time' },
    { field: 'address', title: 'Address', kind: 'text' },
    { field: 'notification_type', title: 'Type', kind: 'text' },
    { field: 'status', title: 'Status', kind: 'status' },
    { field: 'attempts', title: 'Attempts', kind: 'number' },
    { field: 'transport', title: 'Transport', kind: 'text' },
    { field: 'response', title: 'Server', kind: 'text' },
    { field: 'error', title: 'Error', kind: 'text' },
  ],
  detail: {
    title: 'Notification',
    sections: [
      {
        title: 'Notification',
        route: '/notifications/:id',
        view: 'facts',
        columns: [
          { field: 'address', title: 'Address', kind: 'text' },
          { field: 'status', title: 'Status', kind: 'status' },
          { field: 'notification_type', title: 'Type', kind: 'text' },
          { field: 'category', title: 'Category', kind: 'text' },
          { field: 'delivery_method', title: 'Method', kind: 'text' },
          { field: 'scheduled_for', title: 'Not before', kind: 'time' },
          { field: 'processed_at', title: 'Ended', kind: 'time' },
          { field: 'attempts', title: 'Attempts', kind: 'number' },
          { field: 'transport', title: 'Transport', kind: 'text' },
          { field: 'response_code', title: 'Code', kind: 'number' },
          { field: 'response', title: 'What the server said', kind: 'text' },
          { field: 'error', title: 'Error', kind: 'text' },
          { field: 'message_id', title: 'Message-ID', kind: 'id' },
          { field: 'recipient_id', title: 'Recipient', kind: 'id' },
          { field: 'user_id', title: 'User', kind: 'id', link: 'people/:user_id' },
          { field: 'workspace_id', title: 'Workspace', kind: 'id' },
          { field: 'batch_id', title: 'Batch', kind: 'id' },
          { field: 'id', title: 'Job', kind: 'id', link: 'jobs/:id' },
          { field: 'created_at', title: 'Created', kind: 'time' },
        ],
      },
      {
        title: 'Attempts',
        route: '/notifications/:id/attempts',
        columns: ATTEMPT,
        more: ATTEMPT,
        empty: 'It has not been tried yet.',
      },
    ],
  },
};

const SUPPRESSIONS: AdminPageSection = {
  title: 'Suppression list',
  route: '/suppressions',
  empty:
    'Nothing is sent to an address on this list. Those that bounce, complain or unsubscribe are added by themselves; Add an address adds others.',
  filters: [
    { field: 'address', title: 'Address' },
    { field: 'delivery_method', title: 'Method', values: METHODS },
    {
      field: 'reason',
      title: 'Reason',
      values: ['unknown_address', 'hard_bounce', 'complaint', 'unsubscribe', 'manual'],
    },
  ],
  columns: [
    { field: 'address', title: 'Address', kind: 'text' },
    { field: 'delivery_method', title: 'Method', kind: 'text' },
    { field: 'category', title: 'Category (* is all)', kind: 'text' },
    { field: 'reason', title: 'Reason', kind: 'text' },
    { field: 'detail', title: 'Detail', kind: 'text' },
    { field: 'source', title: 'Source', kind: 'text' },
    { field: 'created_at', title: 'Since', kind: 'time' },
  ],
  create: {
    title: 'Add an address',
    method: 'post',
    path: '/suppressions',
    role: 'operator',
    fields: [
      { field: 'address', title: 'Address', kind: 'text', required: true, hint: 'An email address or a phone number.' },
      { field: 'delivery_method', title: 'Method', kind: 'choice', required: true, values: METHODS, value: 'email' },
      { field: 'category', title: 'Category', kind: 'text', hint: 'Without one nothing at all is sent to it.' },
      { field: 'detail', title: 'Why', kind: 'text' },
    ],
  },
  actions: [
    {
      title: 'Remove',
      method: 'delete',
      path: '/suppressions/:address?delivery_method=:delivery_method&category=:category',
      role: 'operator',
      confirm: 'Notifications are sent to this address again. One that bounced will most likely bounce again.',
    },
  ],
};

const TRANSPORTS: AdminPageSection = {
  title: 'Transports',
  route: '/notifications/transports',
  empty: 'No transport is configured: set SMTP_URL, or give the module its transports. Until then notifications wait.',
  columns: [
    {
      field: 'name',
      title: 'Transport',
      kind: 'text',
      link: 'modules/notifications/notifications/log?transport=:name',
    },
    { field: 'delivery_method', title: 'Method', kind: 'text' },
    { field: 'circuit_breaker', title: 'Circuit breaker', kind: 'status' },
    { field: 'since', title: 'Since', kind: 'time' },
    { field: 'openings', title: 'Openings', kind: 'number' },
    { field: 'probe_in_ms', title: 'Next probe in', kind: 'duration' },
    { field: 'sent_24h', title: 'Sent in 24 hours', kind: 'number' },
    { field: 'failed_24h', title: 'Failed in 24 hours', kind: 'number' },
  ],
};

const TEMPLATES: AdminPageSection = {
  title: 'Templates',
  route: '/notifications/templates',
  empty: 'Templates are registered by modules, and by your code with notifier.registerTemplate.',
  columns: [
    { field: 'type', title: 'Type', kind: 'text' },
    { field: 'category', title: 'Category', kind: 'text' },
    { field: 'critical', title: 'Critical', kind: 'text' },
    { field: 'has_schema', title: 'Data is checked', kind: 'text' },
  ],
  actions: [
    {
      title: 'Preview',
      method: 'post',
      path: '/notifications/preview',
      role: 'viewer',
      body: { type: ':type' },
      fields: [
        {
          field: 'templateData',
          title: 'Data',
          kind: 'json',
          value: '{}',
          hint: 'As templateData of POST /api/notifications/send-email.',
        },
        { field: 'subject', title: 'Subject', kind: 'text', hint: 'Instead of the subject of the template.' },
        { field: 'timezone', title: 'Time zone', kind: 'text', hint: 'Of the recipient, for dates. Default UTC.' },
      ],
      result: [
        { field: 'subject', title: 'Subject', kind: 'text' },
        { field: 'text', title: 'Text', kind: 'text' },
      ],
    },
  ],
};

export const NOTIFICATION_PAGES: readonly AdminPage[] = [
  {
    name: 'notifications',
    title: 'Notifications',
    description: 'Mails and messages of everybody, with what servers said to each attempt. Never what was in them.',
    sections: [LOG, SUPPRESSIONS, TRANSPORTS, TEMPLATES],
  },
];
