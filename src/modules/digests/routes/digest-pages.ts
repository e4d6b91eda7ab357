// The page of digests in the dashboard: who gets which, what the next one says, and what became of those before.
import type { AdminPage, AdminPageAction, AdminPageColumn } from '../../../scheduler/public.js';

const ACTIONS: readonly AdminPageAction[] = [
  {
    title: 'Pause',
    method: 'patch',
    path: '/digest-schedules/:id',
    role: 'operator',
    body: { is_active: false },
    when: { field: 'is_active', values: [true] },
  },
  {
    title: 'Resume',
    method: 'patch',
    path: '/digest-schedules/:id',
    role: 'operator',
    body: { is_active: true },
    when: { field: 'is_active', values: [false] },
    confirm:
      'The next digest comes at the next time of its schedule. What passed while it was paused is not made up for.',
  },
  {
    title: 'Delete',
    method: 'delete',
    path: '/digest-schedules/:id',
    role: 'admin',
    confirm: 'Delete this schedule? Its recipient gets no more of these digests.',
  },
];

const RUNS: readonly AdminPageColumn[] = [
  { field: 'scheduled_for', title: 'Scheduled for', kind: 'time' },
  { field: 'outcome', title: 'Outcome', kind: 'status' },
  { field: 'reason', title: 'Reason', kind: 'text' },
  { field: 'count', title: 'Occurrences', kind: 'number' },
  { field: 'finished_at', title: 'Planned at', kind: 'time' },
  { field: 'run_id', title: 'Run', kind: 'id', link: 'runs/:run_id' },
];

const FACTS: readonly AdminPageColumn[] = [
  { field: 'description', title: 'Schedule', kind: 'text' },
  { field: 'state', title: 'State', kind: 'status' },
  { field: 'next_digest_scheduled', title: 'Next digest', kind: 'time' },
  { field: 'last_digest_sent', title: 'Last digest', kind: 'time' },
  { field: 'recipient_name', title: 'Recipient', kind: 'text' },
  { field: 'recipient_address', title: 'Address', kind: 'text' },
  { field: 'recipient_id', title: 'Recipient’s id', kind: 'id' },
  { field: 'user_id', title: 'User', kind: 'id', link: 'people/:user_id' },
  { field: 'workspace_id', title: 'Workspace', kind: 'id' },
  { field: 'group_id', title: 'Group', kind: 'id' },
  { field: 'timezone', title: 'Time zone', kind: 'text' },
  { field: 'timezone_follows_recipient', title: 'Zone follows the recipient', kind: 'text' },
  { field: 'max_updates_per_digest', title: 'Updates in a digest, at most', kind: 'number' },
  { field: 'include_content_types', title: 'Only these types', kind: 'text' },
];

export const DIGEST_PAGES: readonly AdminPage[] = [
  {
    name: 'digests',
    title: 'Digests',
    description: 'What is new in a group, by mail, in the recipient’s own morning.',
    sections: [
      {
        title: 'Schedules',
        route: '/digest-schedules',
        empty: 'Users make digest schedules with POST /api/digest-schedules.',
        filters: [
          { field: 'recipient_id', title: 'Recipient' },
          { field: 'group_id', title: 'Group' },
          { field: 'frequency', title: 'Frequency', values: ['daily', 'weekly', 'monthly'] },
          { field: 'is_active', title: 'Active', values: ['true', 'false'] },
        ],
        columns: [
          { field: 'recipient_address', title: 'Recipient', kind: 'text' },
          { field: 'group_id', title: 'Group', kind: 'id' },
          { field: 'description', title: 'Schedule', kind: 'text' },
          { field: 'state', title: 'State', kind: 'status' },
          { field: 'next_digest_scheduled', title: 'Next', kind: 'time' },
          { field: 'last_digest_sent', title: 'Last sent', kind: 'time' },
        ],
        detail: {
          title: 'Digest schedule',
          sections: [
            { title: 'Schedule', route: '/digest-schedules/:id', view: 'facts', columns: FACTS, actions: ACTIONS },
            {
              title: 'Next digest',
              route: '/digest-schedules/:id/preview',
              view: 'facts',
              columns: [
                { field: 'scheduled_for', title: 'At', kind: 'time' },
                { field: 'local_time', title: 'Local time', kind: 'text' },
                { field: 'utc_offset', title: 'UTC offset', kind: 'text' },
                { field: 'notes', title: 'Notes', kind: 'text' },
                { field: 'would_send', title: 'Would be sent now', kind: 'text' },
                { field: 'reason', title: 'Why not', kind: 'text' },
                { field: 'updates', title: 'Updates in the mail', kind: 'number' },
                { field: 'more', title: 'Further updates', kind: 'number' },
              ],
            },
            {
              title: 'Its mail, as it would be now',
              route: '/digest-schedules/:id/preview',
              view: 'text',
              empty: 'No mail would be sent now, or your role does not show what is in it.',
              columns: [
                { field: 'mail.subject', title: 'Subject', kind: 'text' },
                { field: 'mail.text', title: 'Text', kind: 'text' },
              ],
            },
            {
              title: 'What was sent',
              route: '/row-schedules/digests/runs?key=:id',
              columns: RUNS,
              empty: 'No digest of this schedule has fallen due yet.',
            },
          ],
        },
      },
      {
        title: 'What was planned',
        route: '/row-schedules/digests/runs',
        filters: [{ field: 'troubled', title: 'Failed only', values: ['true'] }],
        columns: [
          { field: 'key', title: 'Schedule', kind: 'id', link: 'modules/digests/digests/schedules/:key' },
          ...RUNS,
        ],
        empty: 'No digest has fallen due yet. Schedules says when each comes next.',
      },
      {
        title: 'Mails',
        route: '/notifications?notification_type=digest',
        filters: [
          { field: 'recipient_id', title: 'Recipient' },
          { field: 'address', title: 'Address' },
          { field: 'status', title: 'Status', values: ['pending', 'sent', 'failed', 'cancelled'] },
        ],
        empty: 'A digest that falls due and has something new becomes a mail, which is listed here.',
        columns: [
          { field: 'id', title: 'Mail', kind: 'id', link: 'modules/notifications/notifications/log/:id' },
          { field: 'address', title: 'Address', kind: 'text' },
          { field: 'status', title: 'Status', kind: 'status' },
          { field: 'created_at', title: 'Planned', kind: 'time' },
          { field: 'processed_at', title: 'Sent', kind: 'time' },
          { field: 'error', title: 'Error', kind: 'text' },
        ],
      },
      {
        title: 'Suspended',
        route: '/row-schedules/digests/suspended',
        columns: [
          { field: 'key', title: 'Schedule', kind: 'id', link: 'modules/digests/digests/schedules/:key' },
          { field: 'error', title: 'Why it does not run', kind: 'text' },
        ],
        empty: 'Every active schedule runs.',
      },
    ],
  },
];
