// Jobs of which a test sees how many run at once, and which it lets end.
import { z } from 'zod';
import { defineJob } from '../../../src/scheduler/queue/index.js';
import { deferred } from './support.js';

const schema = z.object({ n: z.number().default(0) });

/** A job of which the test sees how many run at once, and which it lets end. */
export function counted(type: string, extra = {}) {
  const state = { now: 0, most: 0, runs: 0, tenants: [] as (string | null)[] };
  const gate = deferred();
  const job = defineJob({
    type,
    schema,
    ...extra,
    run: async (ctx) => {
      state.runs += 1;
      state.tenants.push(ctx.tenantId);
      state.now += 1;
      state.most = Math.max(state.most, state.now);
      await gate.promise;
      state.now -= 1;
    },
  });
  return { job, state, open: gate.resolve };
}

export const many = (job: ReturnType<typeof counted>['job'], count: number, options = {}) =>
  Array.from({ length: count }, (_, n) => ({ job, payload: { n }, options }));
