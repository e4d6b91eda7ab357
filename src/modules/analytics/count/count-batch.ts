// One batch of changes, taken and counted in one transaction: the affected days are counted from the visits themselves.
import type { Db } from '../../../scheduler/public.js';
import { takeChangedHours, takeChangedTeams, type ChangedTeam } from '../db/changes.js';
import { countDays, countTeams, type DayStretch, type TeamStretch } from '../db/counts.js';
import { followTeams, type FollowedTeam } from '../db/engagement.js';
import { dateOf, daysOfHour, offsetsOf, stretchesOf, zoneOf } from './local-days.js';

export interface Counted {
  readonly teams: readonly FollowedTeam[];
  /** Days of teams. */
  readonly days: number;
  /** Where the next batch begins; null: nothing is left. */
  readonly next: string | null;
}

const MOST_HOURS = 50_000;
/** The visits of all their years are read. */
const MOST_TEAMS = 20;

export async function countChangedHours(tx: Db, after: string): Promise<Counted> {
  const { changes, last, teams } = await takeChangedHours(tx, after, MOST_HOURS);
  const days = teams.map((team) => ({ team, days: changedDays(team) }));
  const stretches = days.flatMap((one) => one.days.flatMap((day) => dayStretches(one.team, day)));
  if (stretches.length > 0) await countDays(tx, stretches);
  if (teams.length > 0) await followTeams(tx, teams);
  return {
    teams,
    days: days.reduce((sum, one) => sum + one.days.length, 0),
    next: changes === MOST_HOURS ? last : null,
  };
}

/** Pure. */
const changedDays = ({ timezone, hours }: Pick<ChangedTeam, 'timezone' | 'hours'>): readonly number[] => {
  const zone = zoneOf(timezone);
  return [...new Set(hours.flatMap((hour) => daysOfHour(zone, hour)))];
};

const dayStretches = ({ team_id, timezone }: ChangedTeam, day: number): readonly DayStretch[] =>
  stretchesOf(zoneOf(timezone), day).map(({ since, until }) => ({
    ...{ team_id, day: dateOf(day) },
    ...{ since: new Date(since), until: new Date(until) },
  }));

export async function countChangedTeams(tx: Db, after: string): Promise<Counted> {
  const { changes, last, teams } = await takeChangedTeams(tx, after, MOST_TEAMS);
  const stretches = teams.flatMap(({ team_id, timezone, first, latest }): readonly TeamStretch[] =>
    first === null || latest === null
      ? []
      : offsetsOf(zoneOf(timezone), { since: first, until: latest + 1 }).map(({ since, until, offset }) => ({
          ...{ team_id, since: new Date(since), until: new Date(until) },
          offset_s: Math.round(offset / 1_000),
        })),
  );
  const ids = teams.map(({ team_id }) => team_id);
  const days = teams.length === 0 ? 0 : await countTeams(tx, ids, stretches);
  const seen = teams.filter(({ first }) => first !== null);
  if (seen.length > 0) await followTeams(tx, seen);
  return { teams, days, next: changes === MOST_TEAMS ? last : null };
}
