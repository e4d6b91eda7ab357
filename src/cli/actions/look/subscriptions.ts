// What `punctual subscriptions` does: the list, or one with the last entries of its ledger.
import type { LedgerAnswer, PageAnswer, SubscriptionAnswer } from '../../api/answers.js';
import type { Io } from '../../io.js';
import { toneOf } from '../../output/paint.js';
import { fields, table, type Column, type Field } from '../../output/table.js';
import { duration, relative, shortTime, timeAndDistance } from '../../output/words.js';
import { list, type ListOptions } from './listing.js';
import { scheduleInWords } from './schedule-words.js';

export async function subscriptions(io: Io, id: string | undefined, options: ListOptions): Promise<void> {
  if (id === undefined) return list(io, '/subscriptions', options, columns(io.clock.now()), 'no subscriptions');
  const path = `/subscriptions/${encodeURIComponent(id)}`;
  const api = io.api();
  const [subscription, ledger] = await Promise.all([
    api.get<SubscriptionAnswer>(path),
    api.get<PageAnswer<LedgerAnswer>>(`${path}/runs`, { limit: 10 }),
  ]);
  io.show({ ...subscription, last_occurrences: ledger.items }, () => [
    ...subscriptionLines(io, subscription),
    '',
    ...ledgerLines(io, ledger.items),
  ]);
}

const columns = (now: Date): readonly Column<SubscriptionAnswer>[] => [
  { head: 'SUBSCRIPTION', cell: ({ id }) => id },
  { head: 'USER', cell: ({ user_id: user }) => user },
  { head: 'STATUS', cell: (row) => stateOf(row, now), tone: (row) => toneOf(row.status) },
  { head: 'NEXT', cell: ({ next_run_at: at }) => relative(at, now) },
  { head: 'LAST', cell: ({ last_run_at: at }) => relative(at, now) },
  { head: 'SCHEDULE', cell: ({ schedule }) => scheduleInWords(schedule, now) },
];

export function stateOf({ active, paused_until: until, status }: SubscriptionAnswer, now: Date): string {
  if (!active) return 'inactive';
  return until !== null && new Date(until) > now ? 'paused' : status;
}

function subscriptionLines({ clock, out: { paint } }: Io, subscription: SubscriptionAnswer): string[] {
  const now = clock.now();
  const list: Field[] = [
    ['subscription', subscription.id],
    ['user', subscription.user_id],
    ['tenant', subscription.tenant_id],
    ['status', stateOf(subscription, now), toneOf(subscription.status)],
    ['schedule', scheduleInWords(subscription.schedule, now)],
    ['next run', timeAndDistance(subscription.next_run_at, now)],
    ['last run', timeAndDistance(subscription.last_run_at, now)],
    ['attempt', subscription.attempt || null],
    ['dead in a row', subscription.consecutive_failures || null, 'warn'],
    ['error', subscription.error, 'bad'],
  ];
  return fields(list, paint);
}

export const ledgerColumns: readonly Column<LedgerAnswer>[] = [
  { head: 'OCCURRENCE', cell: ({ scheduled_for: at }) => shortTime(at) },
  { head: 'OUTCOME', cell: outcomeOf, tone: ({ outcome }) => toneOf(outcome) },
  { head: 'ATTEMPTS', cell: ({ attempts }) => attempts, align: 'right' },
  { head: 'FINISHED', cell: ({ finished_at: at }) => shortTime(at) },
  { head: 'TOOK', cell: ({ duration_ms: ms }) => (ms === null ? null : duration(ms)), align: 'right' },
  { head: 'ERROR', cell: ({ error }) => error },
];

function outcomeOf({ outcome, count }: LedgerAnswer): string {
  return count > 1 ? `${outcome} × ${count}` : outcome;
}

export const ledgerLines = ({ out }: Io, entries: readonly LedgerAnswer[]): string[] =>
  entries.length === 0 ? [out.paint('no occurrence has been settled yet', 'dim')] : table(entries, ledgerColumns, out);
