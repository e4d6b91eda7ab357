// What `punctual explain` does: asks the server why a subscription ran or did not run, and shows the reasons and its occurrences.
import {
  jsonToInput,
  previewSchedule,
  type PreviewEntry,
  type ScheduleJson,
} from '../../../scheduler/schedule/index.js';
import type { LedgerAnswer, PageAnswer, SubscriptionAnswer, WhyAnswer } from '../../api/answers.js';
import type { CommonOptions, Io } from '../../io.js';
import { table } from '../../output/table.js';
import { printable } from '../../output/words.js';
import { columns } from './preview.js';
import { scheduleInWords } from './schedule-words.js';
import { ledgerLines } from './subscriptions.js';

interface Options extends CommonOptions {
  readonly count: number;
}

export async function explain(io: Io, id: string, { count }: Options): Promise<void> {
  const api = io.api();
  const path = `/subscriptions/${encodeURIComponent(id)}`;
  const subscription = await api.get<SubscriptionAnswer>(path);
  const [ledger, why] = await Promise.all([
    api.get<PageAnswer<LedgerAnswer>>(`${path}/runs`, { limit: 10 }),
    api.get<WhyAnswer>(`${path}/why`),
  ]);
  const now = io.clock.now();
  const next = upcoming(subscription, now, count);
  const shown = { subscription, ...why, last_occurrences: ledger.items, next_occurrences: next };
  io.show(shown, () => [
    `Subscription ${subscription.id} runs ${scheduleInWords(subscription.schedule, now)}.`,
    ...why.reasons.map(inOneLine),
    ...section(io, 'last occurrences', ledgerLines(io, ledger.items)),
    ...(next.length === 0 ? [] : section(io, 'by its schedule', table(next, columns(now), io.out))),
  ]);
}

const inOneLine = ({ text, hint }: WhyAnswer['reasons'][number]): string =>
  printable(hint === null ? text : `${text} ${hint}`);

const section = (io: Io, title: string, lines: readonly string[]): string[] => [
  '',
  io.out.paint(title, 'bold'),
  ...lines,
];

/** Empty for a schedule that has ended or that this version cannot read. */
function upcoming({ schedule }: SubscriptionAnswer, now: Date, count: number): readonly PreviewEntry[] {
  try {
    return previewSchedule(jsonToInput(schedule as ScheduleJson), { after: now, count });
  } catch {
    return [];
  }
}
