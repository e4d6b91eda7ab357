// A preview of the next digest of a schedule with the current updates: its time, whether it would be sent, and its mail.
import type { Notifier, RenderedNotification } from '../../../clients/notifier.js';
import { previewSchedule, type ModuleHost, type PreviewEntry } from '../../../scheduler/public.js';
import { findAnySchedule } from '../db/all-schedules.js';
import { collectDigests } from '../db/collect-digests.js';
import type { Owner } from '../db/owner.js';
import { findSchedule } from '../db/read-schedules.js';
import { digestError } from '../errors.js';
import type { DigestsOptions } from '../options.js';
import { decideDigest } from '../plan/decide-digest.js';
import { digestContent } from '../plan/digest-data.js';
import { digestFacts } from '../plan/digest-facts.js';
import { toSchedule, type DigestRule } from '../schedule/digest-rule.js';
import { readableRule } from './schedule-view.js';

export interface DigestPreview {
  /** Null: the schedule is paused or invalid. */
  readonly scheduledFor: Date | null;
  readonly localTime: string | null;
  readonly utcOffset: string | null;
  /** The effect of policies on its time, such as `gap_shifted`. */
  readonly notes: readonly string[];
  readonly wouldSend: boolean;
  /** Why it would not be sent. */
  readonly reason: string | null;
  /** Updates in the mail, and further ones. */
  readonly updates: number;
  readonly more: number;
  readonly mail: RenderedNotification | null;
}

/** `owner` null: for an operator, who may see the digests of all users. */
export type PreviewDigest = (owner: Owner | null, id: string) => Promise<DigestPreview>;

const NO_TIME = { scheduledFor: null, localTime: null, utcOffset: null, notes: [] };

/** Throws DIGEST_SCHEDULE_NOT_FOUND. Stores and sends nothing. */
export const createPreview =
  (
    host: Pick<ModuleHost, 'db' | 'now' | 'clock' | 'use'>,
    options: Pick<DigestsOptions, 'linkOf' | 'content'>,
  ): PreviewDigest =>
  async (owner, id) => {
    const row = await (owner === null ? findAnySchedule(host.db, id) : findSchedule(host.db, owner, id));
    if (!row) throw digestError('DIGEST_SCHEDULE_NOT_FOUND', `there is no digest schedule ${id}`, { id });
    const rule = readableRule(row);
    const nothing = { updates: 0, more: 0, mail: null, wouldSend: false };
    if (rule === null) return { ...NO_TIME, ...nothing, reason: 'the schedule is invalid' };
    const active = row.is_active === true;
    const time = active ? timeOf(rule, row.next_digest_scheduled, host.clock.now()) : NO_TIME;
    const scheduledFor = time.scheduledFor ?? host.clock.now();
    const found = (await collectDigests(host.db, [{ key: row.id, scheduledFor, next: null }], host.now())).get(row.id);
    const decision = decideDigest(found);
    if (found === undefined || decision.kind === 'skip') {
      const reason = decision.kind === 'skip' ? decision.reason : null;
      return { ...time, ...nothing, reason: active ? reason : 'the schedule is paused' };
    }
    const facts = digestFacts(found, { scheduledFor, timezone: rule.timezone, frequency: rule.frequency });
    const { subject, data } = digestContent(facts, options);
    const notification = { type: 'digest', templateData: data, subject };
    const mail = await host.use<Notifier>('notifications').render(notification, { timeZone: rule.timezone });
    const { items = [], more = 0 } = data as { items?: readonly unknown[]; more?: number };
    return {
      ...time,
      ...(active ? { wouldSend: true, reason: null } : { wouldSend: false, reason: 'the schedule is paused' }),
      ...{ updates: items.length, more, mail },
    };
  };

type Time = Pick<DigestPreview, 'scheduledFor' | 'localTime' | 'utcOffset' | 'notes'>;

/** Pure. The stored time if it is an occurrence of the schedule, with the effect of policies. */
function timeOf(rule: DigestRule, stored: Date | null, now: Date): Time {
  const after = stored === null ? now : new Date(stored.getTime() - 1);
  const entries: readonly PreviewEntry[] = previewSchedule(toSchedule(rule), { after, count: 1 });
  const next = entries.find(({ at }) => at !== null);
  if (!next) return NO_TIME;
  const { at, local, utcOffset, notes } = next;
  if (stored !== null && at?.getTime() !== stored.getTime()) return { ...NO_TIME, scheduledFor: stored };
  return { scheduledFor: at, localTime: local, utcOffset, notes };
}
