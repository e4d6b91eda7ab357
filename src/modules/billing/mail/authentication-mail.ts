// The job that asks a team's admins to confirm a payment for which their bank requires authentication.
import { z } from 'zod';
import type { Clock } from '../../../base/clock.js';
import type { NotificationTemplate, Notifier } from '../../../clients/notifier.js';
import { cancel, defineJob, type Database } from '../../../scheduler/public.js';
import { findTeam, teamAdmins } from '../db/teams.js';
import { billingLink, LINK_VALID_MS } from './billing-link.js';

const AUTHENTICATION_MAIL = 'billing.authentication_mail';

export const AUTHENTICATION_TEMPLATE: NotificationTemplate = {
  type: 'payment_authentication',
  category: 'dunning',
  subject: 'Please confirm a payment for {{ it.team }}',
  body: `<p>Your bank wants you to confirm a payment of {{ it.team }} before we can publish a page.</p>
<p><a href="{{ it.link }}">Confirm the payment</a> (the link is valid for 7 days)</p>`,
};

export interface MailDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** undefined: there is no notifications module. */
  readonly notifier: () => Notifier | undefined;
  readonly portalUrl: string;
  readonly linkSecret: string;
}

export const authenticationMail = ({ db, clock, notifier, portalUrl, linkSecret }: MailDeps) =>
  defineJob({
    type: AUTHENTICATION_MAIL,
    description: 'Asks the admins of a team to confirm a payment',
    schema: z.strictObject({ team_id: z.string(), charge_id: z.string(), page_id: z.string() }),
    uniqueBy: ({ charge_id }) => charge_id,
    run: async (_ctx, { team_id: teamId, charge_id, page_id }) => {
      const notify = notifier();
      const [team, admins] = await Promise.all([findTeam(db, teamId), teamAdmins(db, teamId)]);
      if (!notify || !team) return cancel(notify ? 'the team is gone' : 'there is no notifications module');
      const expiresAt = new Date(clock.now().getTime() + LINK_VALID_MS);
      const templateData = {
        team: team.name ?? `team ${teamId}`,
        page_id,
        link: billingLink(portalUrl, { teamId, expiresAt }, linkSecret),
      };
      const mails = admins.map(({ email, name }) => ({
        to: { email, ...(name === null ? {} : { name }) },
        type: AUTHENTICATION_TEMPLATE.type,
        groupId: teamId,
        templateData,
        uniqueKey: `payment-authentication:${charge_id}:${email.toLowerCase()}`,
      }));
      if (mails.length > 0) await notify.sendMany(mails);
      return { mails: mails.length };
    },
  });
