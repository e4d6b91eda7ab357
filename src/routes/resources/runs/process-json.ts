// A process as shown by the API.
import { z } from 'zod';
import type { ProcessStatus } from '../../../scheduler/contracts/scheduler.js';
import { isoOrNull, maybeTime } from '../../kit/json.js';
import type { ShowPayload } from '../../access/payloads.js';
import { runJson, runSchema } from './run-json.js';

export const processSchema = z
  .object({
    name: z.string(),
    description: z.string().nullable(),
    schedule: z.unknown().meta({ description: 'null: it runs only when triggered' }),
    schedule_overridden: z.boolean().meta({ description: 'Changed by an operator; survives deployments' }),
    enabled: z.boolean().meta({ description: 'False while settings are missing, even if an operator enabled it' }),
    paused_until: maybeTime,
    exclusive: z.boolean(),
    budget_s: z.number(),
    next_run_at: maybeTime,
    last_run: runSchema.nullable(),
    running: z.array(z.string()).meta({ description: 'Ids of runs in progress on any instance' }),
    batch: z.boolean().meta({ description: 'Runs with the other batch processes' }),
    missing: z.array(z.string()).meta({ description: 'Settings without which it cannot run' }),
  })
  .meta({ id: 'Process' });

export const processJson = (process: ProcessStatus, show: ShowPayload): z.input<typeof processSchema> => ({
  name: process.name,
  description: process.description,
  schedule: process.schedule,
  schedule_overridden: process.scheduleOverridden,
  enabled: process.enabled,
  paused_until: isoOrNull(process.pausedUntil),
  exclusive: process.exclusive,
  budget_s: process.budgetS,
  next_run_at: isoOrNull(process.nextRunAt),
  last_run: process.lastRun && runJson(process.lastRun, show),
  running: [...process.running],
  batch: process.batch,
  missing: [...process.missing],
});
