// Many subscriptions at once: pause and resume by filter.
import { z } from 'zod';
import type { Logger } from '../../../base/logger.js';
import { timeInput } from '../../kit/json.js';
import { changeHeaders, changeResponses, longChange, type LongChange } from '../../kit/waiting/long-change.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';
import { filterFields, idsField, searchField, toFilter } from './subscription-json.js';
import { subscriptionsOf } from './subscriptions.js';

const tag = 'Subscriptions';

const filter = { ...idsField, ...filterFields, ...searchField, due: z.boolean().optional() };
const bulk = { ...filter, dry_run: z.boolean().default(false).meta({ description: 'Only count' }) };

/** Without a filter it would affect everything, most likely by mistake. */
const hasFilter = (body: object): boolean => Object.keys(filter).some((name) => name in body);
const needsFilter = `give at least one of ${Object.keys(filter).join(', ')}`;

interface Deps {
  readonly scheduler: AdminScheduler;
  readonly logger: Logger;
}

export const subscriptionBulkRoutes = ({ scheduler, logger }: Deps): Route[] => [
  route({
    method: 'post',
    path: '/subscriptions/pause',
    id: 'pauseSubscriptions',
    tag,
    summary: 'Pause all that match a filter',
    headers: changeHeaders,
    body: z
      .strictObject({
        ...bulk,
        paused_until: timeInput.nullable().default(null).meta({ description: 'null: until resumed' }),
      })
      .refine(hasFilter, needsFilter),
    responses: changeResponses,
    handle: ({ headers, body: { dry_run: dryRun, paused_until: until, ...filter } }, call) => {
      const api = subscriptionsOf(scheduler);
      const work: LongChange['work'] = (onRecorded) =>
        api.pauseMany(toFilter(filter), { until, dryRun, onRecorded }, call.actor);
      return longChange({ action: 'subscription.pause', dryRun, work }, headers, call, logger);
    },
  }),
  route({
    method: 'post',
    path: '/subscriptions/resume',
    id: 'resumeSubscriptions',
    tag,
    summary: 'End the pause or suspension of all that match a filter',
    headers: changeHeaders,
    body: z.strictObject(bulk).refine(hasFilter, needsFilter),
    responses: changeResponses,
    handle: ({ headers, body: { dry_run: dryRun, ...filter } }, call) => {
      const api = subscriptionsOf(scheduler);
      const work: LongChange['work'] = (onRecorded) =>
        api.resumeMany(toFilter(filter), { dryRun, onRecorded }, call.actor);
      return longChange({ action: 'subscription.resume', dryRun, work }, headers, call, logger);
    },
  }),
];
