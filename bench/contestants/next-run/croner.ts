// croner, used in the usual way: a Cron for each rule, which computes its next run.
import { Cron } from 'croner';
import { cronOf } from './cron-of.js';
import { measure, rules } from './work.js';

measure(() => (index, after) => {
  const rule = rules[index]!;
  return new Cron(cronOf(rule), { timezone: rule.timezone, paused: true }).nextRun(new Date(after))!.getTime();
});
