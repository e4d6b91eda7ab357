// What a host says when it adds digests to its scheduler.
import { SchedulerError } from '../../scheduler/public.js';
import type { TemplateData } from '../../clients/notifier.js';
import type { DigestUpdate } from './plan/digest-update.js';

/** The host's names for the columns of its table of updates. */
export interface UpdateColumns {
  readonly id?: string;
  readonly groupId?: string;
  readonly authorId?: string;
  readonly contentType?: string;
  readonly title?: string;
  readonly body?: string;
  /** Must be a `timestamptz`. */
  readonly createdAt?: string;
}

/** A digest as the host's own words are made for it. */
export interface DigestFacts {
  readonly scheduleId: string;
  readonly recipientId: string;
  readonly groupId: string;
  readonly frequency: 'daily' | 'weekly' | 'monthly';
  /** The nominal time. */
  readonly scheduledFor: Date;
  readonly timezone: string;
  readonly updates: readonly DigestUpdate[];
  /** How many updates there are beside those; at least, where `moreCapped`. */
  readonly more: number;
  readonly moreCapped: boolean;
}

export interface SummaryOptions {
  /** An OpenAI-compatible API: its `/v1/chat/completions`, or what comes before that. */
  readonly url: string;
  readonly key?: string | null;
  /** Default `gpt-4o-mini`. */
  readonly model?: string;
  /** Milliseconds for one summary. Default 10,000; at most 15,000. */
  readonly timeoutMs?: number;
}

export interface DigestsOptions {
  /** The host's table of digest schedules. Default `digest_schedules`, where the search path has it; otherwise one is created. */
  readonly table?: string;
  /** The host's table of updates. Default `updates`, where the search path has it; otherwise one is created. */
  readonly updates?: { readonly table?: string; readonly columns?: UpdateColumns };
  /** Where an update can be read; becomes a link in the mail. Must return a URL, or null. */
  readonly linkOf?: (update: DigestUpdate, digest: Pick<DigestFacts, 'groupId' | 'recipientId'>) => string | null;
  /** Laid over the data of the template: a title with the group's name, another preheader, an action. Must be quick and pure. */
  readonly content?: (digest: DigestFacts) => TemplateData;
  /** Summaries of the updates by a language model. Default: none. */
  readonly summary?: SummaryOptions | null;
  /** Schedules that are planned in one transaction. Default 500. */
  readonly batchSize?: number;
}

export const DEFAULTS = {
  table: 'digest_schedules',
  updates: 'updates',
  model: 'gpt-4o-mini',
  timeoutMs: 10_000,
  batchSize: 500,
  maxUpdates: 20,
} as const;

/** More updates in one digest are no digest. */
export const MOST_UPDATES = 200;

const MOST_TIMEOUT_MS = 15_000;

/** Throws INVALID_CONFIG, with the path of what is wrong. */
export function checkOptions({ summary = null, batchSize = DEFAULTS.batchSize }: DigestsOptions): void {
  const refuse = (path: string, message: string): never => {
    throw new SchedulerError('INVALID_CONFIG', `digests: ${path} ${message}`, { errors: [{ path, message }] });
  };
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 5_000)) {
    refuse('batchSize', 'must be a whole number from 1 to 5,000');
  }
  if (summary === null) return;
  const { url, timeoutMs = DEFAULTS.timeoutMs } = summary;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) refuse('summary.url', 'must be a URL of http or https');
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MOST_TIMEOUT_MS)) {
    refuse('summary.timeoutMs', 'must be a whole number of milliseconds from 1 to 15,000');
  }
}
