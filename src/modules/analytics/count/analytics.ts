// analytics: counts what has changed since the last pass, one batch per transaction, and advances the watermark once nothing is left.
import { linkSignals } from '../../../base/timing/linked-signal.js';
import {
  defineProcess,
  type Db,
  type ModuleHost,
  type ProcessContext,
  type ProcessDefinition,
  type ProcessResult,
} from '../../../scheduler/public.js';
import { advanceWatermark, lockState, readNow } from '../db/state.js';
import { countChangedHours, countChangedTeams, type Counted } from './count-batch.js';

const ANALYTICS = 'analytics';

type CountBatch = (db: Db, after: string) => Promise<Counted>;

/** Teams that must be counted completely come first, so that their days are correct for later changes. */
const KINDS: readonly CountBatch[] = [countChangedTeams, countChangedHours];

export const analytics = ({ db, now }: Pick<ModuleHost, 'db' | 'now'>): ProcessDefinition =>
  defineProcess({
    name: ANALYTICS,
    description: 'Counts visits for each team and day, in the time zone of the team',
    batch: true,
    run: async (ctx: ProcessContext): Promise<ProcessResult> => {
      const stop = linkSignals(ctx.closing, ctx.signal);
      const teams = new Set<string>();
      let days = 0;
      // taken before anything is read, because what is committed later may be missed
      const until = await readNow(db, now());
      try {
        for (const countBatch of KINDS) {
          for (let after: string | null = '0'; after !== null;) {
            if (stop.signal.aborted) return { aggregated_teams: teams.size, days, stopped_early: 1 };
            const from: string = after;
            const counted = await db.transaction(async (tx) => {
              await lockState(tx);
              return countBatch(tx, from);
            });
            for (const { team_id } of counted.teams) teams.add(team_id);
            days += counted.days;
            ctx.progress(days, null, `${teams.size} teams`);
            after = counted.next;
          }
        }
        await advanceWatermark(db, until);
        return { aggregated_teams: teams.size, days, stopped_early: 0 };
      } finally {
        stop.unlink();
      }
    },
  });
