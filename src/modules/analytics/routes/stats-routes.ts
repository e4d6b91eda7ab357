// A team's statistics over HTTP, for its own members.
import { z } from 'zod';
import type { ModuleHost } from '../../../scheduler/public.js';
import { isoOrNull, maybeTime, route, userOf, type Route } from '../../../routes/index.js';
import { dateOf, localDay, zoneOf } from '../count/local-days.js';
import { readNow, readWatermark } from '../db/state.js';
import { findOwnTeam, readStats } from '../db/stats.js';
import { analyticsError } from '../errors.js';

const MOST_DAYS = 800;

const dayCount = z.object({
  day: z.iso.date().meta({ description: 'A day of the team’s calendar' }),
  visits: z.number(),
  visitors: z.number().meta({ description: 'Users with at least one visit' }),
});

const statsSchema = z
  .object({
    team_id: z.string(),
    timezone: z.string().meta({ description: 'The zone of the days; UTC if the team has none' }),
    visits: z.number().meta({ description: 'Total over these days' }),
    days: z.array(dayCount).meta({ description: 'Oldest first, one entry per day; the last one is today' }),
    counted_until: maybeTime.meta({
      description: 'Every visit that was stored before this time is counted; null: none is counted yet',
    }),
  })
  .meta({ id: 'TeamStats' });

export const statsRoutes = ({ db, now }: Pick<ModuleHost, 'db' | 'now'>): Route[] => [
  route({
    method: 'get',
    path: '/teams/:id/stats',
    id: 'getTeamStats',
    tag: 'Analytics',
    summary: 'Visits of the user’s own team for each day of its calendar',
    params: z.strictObject({ id: z.string().min(1).max(200) }),
    query: z.strictObject({ days: z.coerce.number().int().min(1).max(MOST_DAYS).default(30) }),
    responses: {
      200: { description: 'The last `days` days, today included', schema: statsSchema },
      404: { description: 'No such team, or the user is not a member of it' },
    },
    handle: async ({ params: { id }, query: { days } }, call) => {
      const team = await findOwnTeam(db, userOf(call).userId);
      if (team?.team_id !== id) throw analyticsError('TEAM_NOT_FOUND', `there is no team ${id}`, { id });
      const zone = zoneOf(team.timezone);
      const today = localDay(zone, (await readNow(db, now())).getTime());
      const dates = Array.from({ length: days }, (_, index) => dateOf(today - days + 1 + index));
      const counted = await readStats(db, id, dates[0] as string, dates.at(-1) as string);
      const byDay = new Map(counted.map((one) => [one.day, one]));
      const body = {
        ...{ team_id: id, timezone: zone.timezone },
        visits: counted.reduce((sum, { visits }) => sum + visits, 0),
        days: dates.map((day) => byDay.get(day) ?? { day, visits: 0, visitors: 0 }),
        counted_until: isoOrNull(await readWatermark(db)),
      };
      return { status: 200, body };
    },
  }),
];
