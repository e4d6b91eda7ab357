// cron-parser, used in the usual way.
import { load } from '../../support/peer.js';
import { cronOf } from './cron-of.js';
import { measure, rules } from './work.js';

interface CronParser {
  parse(cron: string, options: { tz: string; currentDate: Date }): { next(): { getTime(): number } };
}
const { CronExpressionParser } = (await load('cron-parser')) as { CronExpressionParser: CronParser };

measure(() => (index, after) => {
  const rule = rules[index]!;
  return CronExpressionParser.parse(cronOf(rule), { tz: rule.timezone, currentDate: new Date(after) })
    .next()
    .getTime();
});
