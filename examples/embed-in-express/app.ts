// An Express app of your own with Punctual inside: the lines that mount it are the five that are marked.
import express, { type Express } from 'express';
import type pg from 'pg';
import { createScheduler, type Scheduler } from 'punctual'; // 1
import { adminRoutes } from 'punctual/express'; // 2

export interface Shop {
  readonly app: Express;
  readonly scheduler: Scheduler;
}

/** Sends a digest; here it only remembers to whom. Throwing would have it tried again later. */
const sendDigest = async (sent: string[], userId: string | null): Promise<void> => void sent.push(userId ?? 'nobody');

/** The app of a shop that sends digests. The pool is its own, and stays so. */
export async function createShop(pool: pg.Pool, adminToken: string): Promise<Shop> {
  const app = express();
  const sent: string[] = [];
  app.get('/digests', (_request, response) => void response.json({ sent }));

  const scheduler = createScheduler({ pool, subscriptions: { process: ({ userId }) => sendDigest(sent, userId) } }); // 3
  await scheduler.start(); // 4
  app.use('/admin', adminRoutes(scheduler, { tokens: [{ name: 'ops', token: adminToken }] })); // 5
  return { app, scheduler };
}
