// Plans a batch of teams at 9:00 on their Monday: mails are stored in the transaction that advances the teams to the next week.
import { isSchedulerError } from '../../../base/errors.js';
import type { NotificationInput, Notifier } from '../../../clients/notifier.js';
import type { Db, ModuleHost, RowOccurrence, RowOutcome } from '../../../scheduler/public.js';
import { dayOf, stretchesOf, zoneOf } from '../count/local-days.js';
import {
  findRecipients,
  loadDays,
  loadEngagedTeams,
  recordEngagement,
  type CountedDay,
  type EngagedTeam,
  type EngagementRecord,
  type KnownRecipient,
  type Person,
} from '../db/engagement.js';
import { readWatermark } from '../db/state.js';
import type { EngagementTo } from '../options.js';
import { laterDate, weekBefore, weekInWords } from './week-in-words.js';

export interface EngagementSettings {
  readonly to: EngagementTo;
  /** Null: the mails have no link. */
  readonly statsUrl: string | null;
}

/** The type of the notification, and the category that a recipient can switch off. */
const ENGAGEMENT = 'engagement';

interface Planned {
  readonly outcome: RowOutcome;
  readonly record: EngagementRecord | null;
}

interface Batch {
  readonly tx: Db;
  readonly notifier: Notifier;
  readonly settings: EngagementSettings;
  readonly teams: ReadonlyMap<string, EngagedTeam>;
  readonly days: ReadonlyMap<string, readonly CountedDay[]>;
  readonly recipients: ReadonlyMap<string, KnownRecipient>;
  readonly countedUntil: Date | null;
}

/** One outcome for each occurrence, in order. */
export async function planEngagement(
  tx: Db,
  occurrences: readonly RowOccurrence[],
  deps: { readonly host: Pick<ModuleHost, 'clock' | 'find' | 'now'>; readonly settings: EngagementSettings },
): Promise<readonly RowOutcome[]> {
  const { host, settings } = deps;
  const notifier = host.find<Notifier>('notifications');
  if (!notifier) return occurrences.map(() => ({ outcome: 'skipped', reason: 'there is no notifications module' }));
  const batch = { tx, notifier, settings, ...(await loadBatch(tx, occurrences, settings, host.now())) };
  const planned: Planned[] = [];
  for (const occurrence of occurrences) planned.push(await planTeam(occurrence, batch));
  const records = planned.flatMap(({ record }) => record ?? []);
  if (records.length > 0) await recordEngagement(tx, records, host.clock.now());
  return planned.map(({ outcome }) => outcome);
}

const mondayOf = ({ localTime }: RowOccurrence): string => localTime.slice(0, 10);
const personKey = (userId: string, email: string): string => `${userId} ${email.toLowerCase()}`;

async function loadBatch(
  tx: Db,
  occurrences: readonly RowOccurrence[],
  { to }: EngagementSettings,
  now: Date | null,
): Promise<Pick<Batch, 'teams' | 'days' | 'recipients' | 'countedUntil'>> {
  const keys = occurrences.map(({ key }) => key);
  const teams = await loadEngagedTeams(tx, keys, to === 'admins');
  const wanted = occurrences.map((one) => ({
    ...{ team_id: one.key, since: laterDate(mondayOf(one), -14), until: mondayOf(one) },
  }));
  const days = new Map<string, CountedDay[]>(keys.map((key) => [key, []]));
  for (const day of await loadDays(tx, wanted)) days.get(day.team_id)?.push(day);
  const userIds = [...teams.values()].flatMap(({ people }) => people.map(({ user_id }) => user_id));
  const found = await findRecipients(tx, userIds, { category: ENGAGEMENT, now });
  const recipients = new Map(found.map((one) => [personKey(one.user_id, one.email), one]));
  return { teams, days, recipients, countedUntil: await readWatermark(tx) };
}

async function planTeam(occurrence: RowOccurrence, batch: Batch): Promise<Planned> {
  const { key, timezone } = occurrence;
  const monday = mondayOf(occurrence);
  const team = batch.teams.get(key);
  if (team === undefined) return { outcome: { ...skip('the team was deleted'), next: null }, record: null };
  const ended = stretchesOf(zoneOf(timezone), dayOf(monday))[0]?.since ?? 0;
  if (batch.countedUntil === null || batch.countedUntil.getTime() < ended)
    return { outcome: NOT_COUNTED, record: null };
  const week = weekBefore(monday, batch.days.get(key) ?? []);
  if (week.visits === 0) return skipped(key, 'there were no visits');
  if (team.people.length === 0) return skipped(key, 'there is nobody with an address');
  const { title, body } = weekInWords(team.name ?? `Team ${key}`, week);
  const record = await storeMails(team, { occurrence, batch, title, body });
  return { record, outcome: record.sent > 0 ? 'completed' : skip(record.reason ?? 'no mail was stored') };
}

const NOT_COUNTED: RowOutcome = {
  outcome: 'failed',
  error: 'the week has not been counted completely yet: the process "analytics" runs with the batch',
};

const skip = (reason: string) => ({ outcome: 'skipped', reason }) as const;
const skipped = (teamId: string, reason: string): Planned => ({
  outcome: skip(reason),
  record: { team_id: teamId, sent: 0, skipped: 1, reason },
});

interface Mail {
  readonly occurrence: RowOccurrence;
  readonly batch: Batch;
  readonly title: string;
  readonly body: string;
}

/** One at a time: an invalid address must not prevent mails to others. */
async function storeMails({ team_id, people }: EngagedTeam, mail: Mail): Promise<EngagementRecord> {
  let sent = 0;
  let reason: string | null = null;
  for (const person of people) {
    const why = await storeMail(person, mail);
    if (why === null) sent += 1;
    else reason ??= why;
  }
  return { team_id, sent, skipped: people.length - sent, reason };
}

/** Why none was stored; null: it was. */
async function storeMail(person: Person, mail: Mail): Promise<string | null> {
  const { tx, notifier, recipients } = mail.batch;
  const recipient = recipients.get(personKey(person.user_id, person.email));
  if (recipient?.opted_out) return 'the recipient has opted out';
  try {
    const { outcome } = await notifier.send(notificationOf(person, recipient, mail), { db: tx });
    return outcome === 'suppressed' ? 'an address is on the suppression list' : null;
  } catch (error) {
    // checked before anything is written, so that the transaction can continue
    if (!isSchedulerError(error) || error.code !== 'INVALID_INPUT') throw error;
    return error.message;
  }
}

function notificationOf(
  { user_id, email, name }: Person,
  recipient: KnownRecipient | undefined,
  { occurrence: { key, idempotencyKey }, batch, title, body }: Mail,
): NotificationInput {
  const { statsUrl } = batch.settings;
  const link = statsUrl?.replaceAll('{team}', encodeURIComponent(key));
  return {
    ...(recipient ? { recipientId: recipient.id } : { to: { email, ...(name ? { name } : {}) } }),
    ...{ type: ENGAGEMENT, userId: user_id, groupId: key, priority: 'low' },
    templateData: { title, body, ...(link === undefined ? {} : { action: { label: 'Open statistics', url: link } }) },
    uniqueKey: `${idempotencyKey}:${user_id}`,
  };
}
