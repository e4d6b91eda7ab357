// Why a subscription ran, will run or does not run, in sentences for the dashboard and the command line. Pure.
import { commonHindrances, ownHindrances, pauseInForce } from './hindrances.js';
import { reason, type Known, type WhyReason } from './known.js';
import { outages } from './outages.js';
import { past } from './past.js';
import { failedAttempt, upcoming } from './upcoming.js';
import { distance, moment } from './words.js';

const VERBS: Readonly<Record<string, string>> = {
  'subscription.create': 'created it',
  'subscription.update': 'changed it',
  'subscription.pause': 'paused it',
  'subscription.resume': 'resumed it',
};

/** Left out if it is the pause that has already been mentioned. */
function lastChange(known: Known): WhyReason[] {
  const last = known.changes[0];
  if (last === undefined || last === pauseInForce(known)) return [];
  const did = VERBS[last.action] ?? last.action;
  const text = `Last change by hand: ${last.actor} ${did} on ${moment(last.at, known)}, ${distance(last.at, known)}.`;
  return [reason('last_change', 'off', text, { at: last.at })];
}

/** What prevents it from running, what comes next, the outcome of the last occurrences, and who changed it last; in this order. */
export function decideWhy(known: Known): readonly WhyReason[] {
  const own = ownHindrances(known);
  const blocked = own.some(({ code }) => code !== 'pause_over');
  return [
    ...commonHindrances(known),
    ...own,
    ...(blocked && known.subscription.status !== 'processing' ? failedAttempt(known) : upcoming(known)),
    ...past(known),
    ...outages(known),
    ...lastChange(known),
  ];
}
