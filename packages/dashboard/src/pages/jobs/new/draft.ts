// The draft of a new job: the state of the form, and the request body built from it. Pure.
import type { BodyOf } from '../../../api/client.js';
import type { Schedule } from '../../../components/schedule/schedule.js';

export type When = 'now' | 'later' | 'again';

export interface Draft {
  readonly payload: unknown;
  readonly when: When;
  /** Value of a `datetime-local` input, in the time zone of the browser. */
  readonly runAt: string;
  readonly schedule: Schedule;
  readonly priority: string;
  readonly unique_key: string;
  readonly tenant_id: string;
  readonly workspace_id: string;
  readonly user_id: string;
}

export const emptyDraft = (payload: unknown, timezone: string): Draft => ({
  payload,
  when: 'now',
  runAt: '',
  schedule: { frequency: 'daily', time: '09:00', timezone },
  priority: '',
  unique_key: '',
  tenant_id: '',
  workspace_id: '',
  user_id: '',
});

function timeOf({ when, runAt, schedule }: Draft): object {
  if (when === 'again') return { schedule };
  return when === 'later' && runAt !== '' ? { run_at: new Date(runAt).toISOString() } : {};
}

/** Includes only fields that were filled in. */
export function bodyOf(type: string, draft: Draft): BodyOf<'/jobs', 'post'> {
  const { priority, unique_key, tenant_id, workspace_id, user_id, payload } = draft;
  const words = Object.entries({ priority, unique_key, tenant_id, workspace_id, user_id });
  return {
    type,
    payload: payload ?? {},
    ...timeOf(draft),
    ...Object.fromEntries(words.filter(([, value]) => value !== '')),
  };
}
