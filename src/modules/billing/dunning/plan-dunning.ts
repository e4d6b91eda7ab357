// Plans a batch of teams at their 9:00: mails to the admins are stored in the transaction that advances the teams.
import { isSchedulerError } from '../../../base/errors.js';
import type { NotificationInput, Notifier } from '../../../clients/notifier.js';
import type { Db, ModuleHost, RowOccurrence, RowOutcome } from '../../../scheduler/public.js';
import { loadDunningTeams, recordDunning, type DunningRecord, type DunningTeam } from '../db/dunning.js';
import { billingLink, LINK_VALID_MS } from '../mail/billing-link.js';
import { decideDunning } from './decide-dunning.js';

export interface DunningSettings {
  /** Days after the first mail, ascending. */
  readonly ladder: readonly number[];
  readonly portalUrl: string;
  readonly linkSecret: string;
}

interface Planned {
  readonly outcome: RowOutcome;
  readonly record: DunningRecord | null;
}

/** One outcome for each occurrence, in order. */
export async function planDunning(
  tx: Db,
  occurrences: readonly RowOccurrence[],
  { host, settings }: { readonly host: Pick<ModuleHost, 'clock' | 'find'>; readonly settings: DunningSettings },
): Promise<readonly RowOutcome[]> {
  const notifier = host.find<Notifier>('notifications');
  // the notifications module was removed after the teams were added: nothing advances
  if (!notifier) return occurrences.map(() => ({ outcome: 'skipped', reason: 'there is no notifications module' }));
  const teams = await loadDunningTeams(
    tx,
    occurrences.map(({ key }) => key),
  );
  const now = host.clock.now();
  const planned: Planned[] = [];
  for (const occurrence of occurrences)
    planned.push(await planTeam(teams.get(occurrence.key), occurrence, { tx, notifier, settings, now }));
  const records = planned.flatMap(({ record }) => record ?? []);
  if (records.length > 0) await recordDunning(tx, records, now);
  return planned.map(({ outcome }) => outcome);
}

interface PlanDeps {
  readonly tx: Db;
  readonly notifier: Notifier;
  readonly settings: DunningSettings;
  readonly now: Date;
}

async function planTeam(team: DunningTeam | undefined, occurrence: RowOccurrence, deps: PlanDeps): Promise<Planned> {
  if (team === undefined) return skipped('the team is no longer past due', null, null);
  const today = occurrence.localTime.slice(0, 10);
  const firstOn = team.first_on ?? today;
  const still = { team_id: team.team_id, first_on: firstOn, steps: team.steps, ...NO_MAILS };
  const { steps: done, last_sent: lastSent } = team;
  const decision = decideDunning(deps.settings.ladder, { today, firstOn, steps: done, lastSent, now: deps.now });
  if (decision.kind === 'wait') return skipped(decision.reason, still);
  if (team.admins.length === 0) {
    const reason = 'the team has no admin with an address';
    return skipped(reason, { ...still, skipped: 1, reason });
  }
  const { steps, isLast } = decision;
  const counts = await storeMails(mailsOf(team, steps, deps), deps);
  const record = { ...still, ...counts, steps };
  const { sent, reason } = counts;
  const end = isLast ? { next: null } : {};
  if (sent === 0) return { record, outcome: { outcome: 'skipped', reason: reason ?? 'no mail was stored', ...end } };
  return { record, outcome: { outcome: 'completed', ...end } };
}

const NO_MAILS = { sent: 0, failed: 0, skipped: 0, reason: null };

const skipped = (reason: string, record: DunningRecord | null, next?: null): Planned => ({
  record,
  outcome: { outcome: 'skipped', reason, ...(next === null ? { next } : {}) },
});

function mailsOf(team: DunningTeam, step: number, { settings, now }: PlanDeps): readonly NotificationInput[] {
  const { portalUrl, linkSecret } = settings;
  const { team_id: teamId, admins } = team;
  const expiresAt = new Date(now.getTime() + LINK_VALID_MS);
  const called = (team.name ?? `team ${teamId}`).slice(0, 200);
  const templateData = {
    title: 'Your payment needs attention',
    body: `The last payment of ${called} did not succeed. Please update the payment method.\n\nThe link is valid for 7 days.`,
    action: { label: 'Update the payment method', url: billingLink(portalUrl, { teamId, expiresAt }, linkSecret) },
  };
  return admins.map(({ email, name }) => ({
    to: { email, ...(name ? { name } : {}) },
    ...{ type: 'dunning', groupId: teamId, templateData },
    uniqueKey: `dunning:${teamId}:${team.since.toISOString()}:${step}:${email.toLowerCase()}`,
  }));
}

type Mails = Pick<DunningRecord, 'sent' | 'failed' | 'skipped' | 'reason'>;

/** One at a time: an invalid address must not prevent mails to the other admins. */
async function storeMails(mails: readonly NotificationInput[], { tx, notifier }: PlanDeps): Promise<Mails> {
  let [sent, failed, suppressed]: [number, number, number] = [0, 0, 0];
  let reason: string | null = null;
  for (const mail of mails) {
    try {
      const { outcome } = await notifier.send(mail, { db: tx });
      if (outcome === 'suppressed') {
        suppressed += 1;
        reason ??= 'an address is on the suppression list';
      } else sent += 1;
    } catch (error) {
      // checked before anything is written, so that the transaction can continue
      if (!isSchedulerError(error) || error.code !== 'INVALID_INPUT') throw error;
      failed += 1;
      reason = error.message;
    }
  }
  return { sent, failed, skipped: suppressed, reason };
}
