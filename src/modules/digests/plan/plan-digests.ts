// Plans a batch of due digests: each becomes one notification, in the transaction that advances the schedules.
import type { NotificationInput, Notifier, StoredNotification } from '../../../clients/notifier.js';
import type { Db, ModuleHost, RowOccurrence, RowOutcome } from '../../../scheduler/public.js';
import { collectDigests, type CollectedDigest } from '../db/collect-digests.js';
import { recordDigests } from '../db/record-digests.js';
import type { DigestsOptions } from '../options.js';
import type { DigestFrequency } from '../schedule/digest-rule.js';
import { decideDigest } from './decide-digest.js';
import { digestContent } from './digest-data.js';
import { digestFacts } from './digest-facts.js';

export interface PlanDeps {
  readonly host: Pick<ModuleHost, 'now' | 'use'>;
  readonly options: Pick<DigestsOptions, 'linkOf' | 'content'>;
  readonly onPlanned?: (counts: { readonly sent: number; readonly skipped: number }) => void;
}

/** One outcome for each occurrence, in order. */
export async function planDigests(
  tx: Db,
  occurrences: readonly RowOccurrence[],
  { host, options, onPlanned }: PlanDeps,
): Promise<readonly RowOutcome[]> {
  const asked = occurrences.map(({ key, scheduledFor, missedFrom, nextScheduledFor: next }) => ({
    ...{ key, next },
    scheduledFor: missedFrom ?? scheduledFor,
  }));
  const collected = await collectDigests(tx, asked, host.now());
  const wanted = occurrences.flatMap((occurrence) => {
    const found = collected.get(occurrence.key);
    return found !== undefined && decideDigest(found).kind === 'send' ? [{ occurrence, found }] : [];
  });
  const notifications = wanted.map(({ occurrence, found }) => notificationOf(occurrence, found, options));
  const stored = notifications.length === 0 ? [] : await store(host, tx, notifications);
  const sent = wanted.filter((_one, index) => stored[index]?.outcome === 'queued').map(({ found }) => found);
  if (sent.length > 0) await recordDigests(tx, sent);
  const outcomeOf = new Map(wanted.map(({ occurrence }, index) => [occurrence.key, stored[index]]));
  onPlanned?.({ sent: sent.length, skipped: occurrences.length - sent.length });
  return occurrences.map(({ key }) => rowOutcome(collected.get(key), outcomeOf.get(key)));
}

const store = (
  host: PlanDeps['host'],
  tx: Db,
  notifications: readonly NotificationInput[],
): Promise<readonly StoredNotification[]> => host.use<Notifier>('notifications').sendMany(notifications, { db: tx });

/** Low: a hundred thousand digests at nine o'clock must not delay mails that people are waiting for. */
const PRIORITY = 'low';

function notificationOf(
  { key, scheduledFor, timezone, rule }: RowOccurrence,
  found: CollectedDigest,
  options: PlanDeps['options'],
): NotificationInput {
  const frequency = rule.frequency as DigestFrequency;
  const { subject, data } = digestContent(digestFacts(found, { scheduledFor, timezone, frequency }), options);
  return {
    type: 'digest',
    recipientId: found.recipient_id,
    groupId: found.group_id,
    subject,
    templateData: data,
    priority: PRIORITY,
    uniqueKey: digestKey(key, scheduledFor),
  };
}

/** Pure. Makes digests unique per occurrence of a schedule, however often and by whichever instance it is planned. */
const digestKey = (scheduleId: string, scheduledFor: Date): string =>
  `digest:${scheduleId}:${scheduledFor.toISOString()}`;

function rowOutcome(found: CollectedDigest | undefined, stored: StoredNotification | undefined): RowOutcome {
  const decision = decideDigest(found);
  if (decision.kind === 'skip') return { outcome: 'skipped', reason: decision.reason };
  if (stored?.outcome === 'suppressed') {
    return { outcome: 'skipped', reason: 'the address is on the suppression list' };
  }
  return stored?.outcome === 'duplicate' ? { outcome: 'completed', reason: 'it was sent before' } : 'completed';
}
