// Rules for the options of a started scheduler: stops, triggers, changes of processes, queries of runs.
import { checkOptions, isObject, type Rule, type RulesOf, type RuleTable } from '../../base/options/check-options.js';
import {
  anything,
  flag,
  instant,
  listOf,
  milliseconds,
  nonEmpty,
  object,
  oneOf,
  orNull,
  required,
  text,
  wholeNumber,
} from '../../base/options/option-rules.js';
import type {
  BatchOptions,
  Engine,
  LatencyQuery,
  PageQuery,
  ProcessPatch,
  RunQuery,
  StopOptions,
  TriggerOptions,
} from './scheduler.js';

const NAME = text(200);

/** A name, or an actor. The host's identity may have more fields than we read. */
const actor: Rule = {
  allows: 'a name of up to 200 characters, or an actor with a name',
  check: (value, path, errors) => {
    if (isObject(value)) NAME.check(value.name, `${path}.name`, errors);
    else NAME.check(value, path, errors);
  },
};

export const STOP_RULES: RulesOf<StopOptions> = { graceMs: milliseconds(0) };

export const TRIGGER_RULES: RulesOf<TriggerOptions> = {
  by: required(actor),
  input: anything,
  trigger: oneOf(['tick', 'manual', 'cron', 'retry']),
  idempotencyKey: text(255),
};

export const BATCH_RULES: RulesOf<BatchOptions> = {
  by: TRIGGER_RULES.by,
  trigger: TRIGGER_RULES.trigger,
  all: flag,
  only: listOf(nonEmpty),
  dryRun: flag,
};

export const PATCH_RULES: RulesOf<ProcessPatch> = {
  enabled: flag,
  pausedUntil: orNull(instant),
  schedule: orNull(object),
};

const PAGE_RULES: RulesOf<PageQuery> = { limit: wholeNumber(1, 200), cursor: nonEmpty };

const RUN_RULES: RulesOf<RunQuery> = {
  ...PAGE_RULES,
  process: nonEmpty,
  status: oneOf(['running', 'completed', 'failed', 'cancelled', 'abandoned']),
  since: instant,
  until: instant,
  parent: nonEmpty,
};

const LATENCY_RULES: RulesOf<LatencyQuery> = {
  hours: required(wholeNumber(1, 2_160)),
  subject: oneOf(['process', 'job', 'receiver']),
  name: nonEmpty,
};

const AUDIT_RULES: RulesOf<PageQuery & { actor?: string; action?: string }> = {
  ...PAGE_RULES,
  actor: nonEmpty,
  action: nonEmpty,
};

const ENTRY_RULES: RulesOf<Parameters<Engine['audit']['record']>[0]> = {
  by: required(actor),
  action: required(text(100)),
  target: orNull(text(1_000)),
  details: anything,
};

const check = (what: string, rules: RuleTable) => (given: unknown) => checkOptions('INVALID_INPUT', what, given, rules);

export const checkStop = check('stop', STOP_RULES);
export const checkTrigger = check('trigger', TRIGGER_RULES);
export const checkBatch = check('a pass of the batch worker', BATCH_RULES);
export const checkPatch = check('a change of a process', PATCH_RULES);
export const checkRunQuery = check('a list of runs', RUN_RULES);
export const checkLatencyQuery = check('a query of latencies', LATENCY_RULES);
export const checkAuditEntry = check('an audit entry', ENTRY_RULES);
export const checkAuditQuery = check('a list of audit entries', AUDIT_RULES);
