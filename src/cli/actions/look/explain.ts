// What `punctual explain` does: gathers what is known of a subscription, and says it in words.
import {
  jsonToInput,
  previewSchedule,
  type PreviewEntry,
  type ScheduleJson,
} from '../../../scheduler/schedule/index.js';
import type { Api } from '../../api/api.js';
import type { AuditAnswer, LedgerAnswer, PageAnswer, StatusAnswer, SubscriptionAnswer } from '../../api/answers.js';
import type { CommonOptions, Io } from '../../io.js';
import { table } from '../../output/table.js';
import { explainInWords } from './explain-words.js';
import { columns } from './preview.js';
import { ledgerLines } from './subscriptions.js';

interface Options extends CommonOptions {
  readonly count: number;
}

export async function explain(io: Io, id: string, { count }: Options): Promise<void> {
  const api = io.api();
  const path = `/subscriptions/${encodeURIComponent(id)}`;
  const subscription = await api.get<SubscriptionAnswer>(path);
  const [ledger, status, changes] = await Promise.all([
    api.get<PageAnswer<LedgerAnswer>>(`${path}/runs`, { limit: 10 }),
    api.get<StatusAnswer>('/status'),
    lastChanges(api, subscription.id),
  ]);
  const now = io.clock.now();
  const reasons = explainInWords({ subscription, ledger: ledger.items, status, changes, now });
  const next = upcoming(subscription, now, count);
  io.show({ subscription, reasons, changes, last_occurrences: ledger.items, next_occurrences: next }, () => [
    ...reasons,
    ...section(io, 'last occurrences', ledgerLines(io, ledger.items)),
    ...(next.length === 0 ? [] : section(io, 'by its schedule', table(next, columns(now), io.out))),
  ]);
}

const section = (io: Io, title: string, lines: readonly string[]): string[] => [
  '',
  io.out.paint(title, 'bold'),
  ...lines,
];

const ACTIONS = ['subscription.pause', 'subscription.resume', 'subscription.update', 'subscription.create'];

/** The newest change of each kind that names this subscription, as far as the newest entries of the audit log reach. */
async function lastChanges(api: Api, id: string): Promise<readonly AuditAnswer[]> {
  const pages = await Promise.all(
    ACTIONS.map((action) => api.get<PageAnswer<AuditAnswer>>('/audit', { action, limit: 200 })),
  );
  return pages
    .flatMap(({ items }) => items.filter(({ target }) => target === id).slice(0, 1))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** Empty for a schedule that has ended, or that this version cannot read. */
function upcoming({ schedule }: SubscriptionAnswer, now: Date, count: number): readonly PreviewEntry[] {
  try {
    return previewSchedule(jsonToInput(schedule as ScheduleJson), { after: now, count });
  } catch {
    return [];
  }
}
