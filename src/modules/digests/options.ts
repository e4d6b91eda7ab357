// The options of the digests module.
import type { RulesOf } from '../../base/options/check-options.js';
import {
  callback,
  nonEmpty,
  options as optionsOf,
  orNull,
  required,
  rule,
  wholeNumber,
} from '../../base/options/option-rules.js';
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

export interface UpdatesOptions {
  /** The host's table of updates. Default `updates`, where the search path has it; otherwise one is created. */
  readonly table?: string;
  /** The names of its columns in the host's table. */
  readonly columns?: UpdateColumns;
}

/** A digest as passed to the host's functions. */
export interface DigestFacts {
  readonly scheduleId: string;
  readonly recipientId: string;
  readonly groupId: string;
  readonly frequency: 'daily' | 'weekly' | 'monthly';
  /** The nominal time. */
  readonly scheduledFor: Date;
  readonly timezone: string;
  readonly updates: readonly DigestUpdate[];
  /** The number of further updates; a minimum if `moreCapped`. */
  readonly more: number;
  readonly moreCapped: boolean;
}

export interface SummaryOptions {
  /** An OpenAI-compatible API: the URL of its `/v1/chat/completions`, or its base URL. */
  readonly url: string;
  /** Sent as a bearer token. Default: none. */
  readonly key?: string | null;
  /** Default `gpt-4o-mini`. */
  readonly model?: string;
  /** Time limit of one summary. Default 10,000; at most 15,000. */
  readonly timeoutMs?: number;
}

export interface DigestsOptions {
  /** The host's table of digest schedules. Default `digest_schedules`, where the search path has it; otherwise one is created. */
  readonly table?: string;
  /** The table of updates that digests report. */
  readonly updates?: UpdatesOptions;
  /** Returns the URL of an update for the link in the mail, or null. */
  readonly linkOf?: (update: DigestUpdate, digest: Pick<DigestFacts, 'groupId' | 'recipientId'>) => string | null;
  /** Returns data that is merged over that of the template, such as a title with the group's name or an action. Must be quick and pure. */
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

/** The maximum number of updates in one digest. */
export const MOST_UPDATES = 200;

const isWebAddress = (value: string): boolean => /^https?:\/\//.test(value) && URL.canParse(value);

const SUMMARY_RULES: RulesOf<SummaryOptions> = {
  url: required(rule('a URL of http or https', (value) => typeof value === 'string' && isWebAddress(value))),
  key: orNull(nonEmpty),
  model: nonEmpty,
  timeoutMs: wholeNumber(1, 15_000, 'milliseconds'),
};

const COLUMN_RULES: RulesOf<UpdateColumns> = {
  id: nonEmpty,
  groupId: nonEmpty,
  authorId: nonEmpty,
  contentType: nonEmpty,
  title: nonEmpty,
  body: nonEmpty,
  createdAt: nonEmpty,
};

const UPDATES_RULES: RulesOf<UpdatesOptions> = { table: nonEmpty, columns: optionsOf(COLUMN_RULES) };

export const DIGEST_RULES: RulesOf<DigestsOptions> = {
  table: nonEmpty,
  updates: optionsOf(UPDATES_RULES),
  linkOf: callback,
  content: callback,
  summary: orNull(optionsOf(SUMMARY_RULES)),
  batchSize: wholeNumber(1, 5_000),
};
