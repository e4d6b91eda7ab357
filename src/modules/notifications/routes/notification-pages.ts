// The notifications page of the dashboard: the log, and the suppression list.
import type { AdminPage } from '../../../scheduler/public.js';

export const NOTIFICATION_PAGES: readonly AdminPage[] = [
  {
    name: 'notifications',
    title: 'Notifications',
    sections: [
      {
        title: 'Log',
        route: '/notifications',
        filters: [
          { field: 'address', title: 'Address' },
          { field: 'recipient_id', title: 'Recipient' },
          { field: 'status', title: 'Status', values: ['pending', 'sent', 'failed', 'cancelled'] },
          { field: 'delivery_method', title: 'Method', values: ['email', 'sms', 'whatsapp'] },
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
          { field: 'id', title: 'Notification', kind: 'id' },
        ],
      },
      {
        title: 'Suppression list',
        route: '/suppressions',
        filters: [
          { field: 'address', title: 'Address' },
          { field: 'delivery_method', title: 'Method', values: ['email', 'sms', 'whatsapp'] },
          {
            field: 'reason',
            title: 'Reason',
            values: ['unknown_address', 'hard_bounce', 'complaint', 'unsubscribe', 'manual'],
          },
        ],
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
