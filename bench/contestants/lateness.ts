// A started scheduler with its ticks and timers, for the given time.
import { setTimeout as sleep } from 'node:timers/promises';
import { createScheduler } from '../../src/index.js';
import { answer, contestInput } from '../support/programs/contest.js';
import { migrated } from '../support/database.js';
import { seedSubscriptions } from '../support/subscriptions.js';

const { databaseUrl, receiverUrl, parallel, warmUp, ...rest } = contestInput();
const { perSecond, seconds } = rest as unknown as { perSecond: number; seconds: number };
await migrated(databaseUrl);
// Overdue subscriptions warm up the instance. The others exist before the start, as on a host, and become due only some seconds later.
const inSeconds = 10;
await seedSubscriptions(databaseUrl, { due: warmUp, upcoming: { perSecond, seconds, inSeconds } });
const scheduler = createScheduler({ databaseUrl, subscriptions: { workerUrl: receiverUrl, parallel } });
await scheduler.start();
await sleep((inSeconds + seconds + 3) * 1_000);
await scheduler.stop();
answer({});
