// Types of what the API returns, derived from the schemas with which the server validates and documents it.
import type { z } from 'zod';
import type { jobSchema, logSchema } from '../../routes/resources/jobs/jobs-json.js';
import type { processSchema } from '../../routes/resources/runs/process-json.js';
import type { runSchema } from '../../routes/resources/runs/run-json.js';
import type { statusSchema } from '../../routes/resources/status.js';
import type { ledgerSchema, subscriptionSchema } from '../../routes/resources/subscriptions/subscription-json.js';
import type { whySchema } from '../../routes/resources/subscriptions/subscription-look.js';

export type RunAnswer = z.output<typeof runSchema>;
export type ProcessAnswer = z.output<typeof processSchema>;
export type StatusAnswer = z.output<typeof statusSchema>;
export type SubscriptionAnswer = z.output<typeof subscriptionSchema>;
export type LedgerAnswer = z.output<typeof ledgerSchema>;
export type JobAnswer = z.output<typeof jobSchema>;
export type JobLogAnswer = z.output<typeof logSchema>;
export type WhyAnswer = z.output<typeof whySchema>;

export interface PageAnswer<T> {
  readonly items: readonly T[];
  readonly next_cursor: string | null;
}

/** The fields of a batch list that are shown. */
export interface BatchListAnswer {
  readonly id: string;
  readonly name: string;
  readonly progress: { readonly inserted: number; readonly duplicates: number; readonly invalid: number };
}
