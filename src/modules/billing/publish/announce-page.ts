// The job that announces a published page in the team's channel: one message per second and channel, and never twice.
import { z } from 'zod';
import type { Chat, ChatMessage } from '../../../clients/slack/chat.js';
import { bury, defineJob, retry, snooze, type Database, type JobContext } from '../../../scheduler/public.js';
import { sleep } from '../../../base/timing/sleep.js';
import { holdChannel, takeTurn } from '../db/channels.js';

const ANNOUNCE_PAGE = 'billing.announce_page';
/** `metadata.eventType` of the message. */
const PAGE_PUBLISHED = 'page_published';

const schema = z.strictObject({
  page_id: z.string(),
  team_id: z.string(),
  charge_id: z.string(),
  channel: z.string().min(1).max(200),
  name: z.string().nullable(),
});
type Announcement = z.output<typeof schema>;

/** Kept between attempts. */
interface Checkpoint {
  /** Its slot in the channel has been taken. */
  readonly turn?: boolean;
  /** When it may have been sent for the first time: later attempts look for it first. */
  readonly sentAt?: string;
}

/** Slack allows one message per second and channel; a little more stays clear of the limit. */
const EVERY_MS = 1_050;
/** A longer wait should not occupy a worker. */
const IN_HAND_MS = 1_500;

/** Half a day in total: nothing is lost if the chat is down for an hour, or a token is replaced the next morning. */
const RETRY = { maxAttempts: 20, tableS: [0, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600] };

export interface AnnounceDeps {
  readonly db: Database;
  readonly chat: Chat;
  readonly now: () => Date | null;
}

export const announcePage = (deps: AnnounceDeps) =>
  defineJob({
    type: ANNOUNCE_PAGE,
    description: 'Announces a published page in the channel of its team',
    queue: 'chat',
    schema,
    retry: RETRY,
    timeoutMs: 30_000,
    uniqueBy: ({ charge_id }) => charge_id,
    run: async (ctx, announcement) => {
      const { db, chat, now } = deps;
      const kept = (ctx.checkpoint ?? {}) as Checkpoint;
      const message = messageOf(announcement);
      if (kept.sentAt !== undefined && (await chat.has(message, new Date(kept.sentAt))))
        return { posted: true, found: true };
      if (!kept.turn) {
        const waitMs = await takeTurn(db, announcement.channel, EVERY_MS, now());
        if (waitMs > IN_HAND_MS) {
          await ctx.saveCheckpoint({ ...kept, turn: true } satisfies Checkpoint);
          return snooze(Math.ceil(waitMs));
        }
        await sleep(waitMs, ctx.signal);
        ctx.signal.throwIfAborted();
      }
      return post(ctx, deps, message, kept);
    },
  });

async function post(ctx: JobContext, { db, chat, now }: AnnounceDeps, message: ChatMessage, kept: Checkpoint) {
  const sentAt = kept.sentAt ?? new Date(ctx.scheduledFor.getTime() - CLOCKS_MS).toISOString();
  await ctx.saveCheckpoint({ sentAt } satisfies Checkpoint);
  const answer = await chat.post(message);
  switch (answer.kind) {
    case 'posted':
      return { posted: true, ts: answer.ts };
    case 'busy':
      // nothing was posted: no attempt is used up, and the channel's other messages wait as well
      await holdChannel(db, message.channel, answer.retryAfterMs, now());
      await ctx.saveCheckpoint(kept.sentAt === undefined ? {} : { sentAt });
      return snooze(answer.retryAfterMs);
    case 'refused':
      return bury(`the chat refused the message: ${answer.reason}`);
    case 'unknown':
      return retry({ reason: answer.message });
  }
}

/** How far the chat's clock may be behind the database's. */
const CLOCKS_MS = 300_000;

const messageOf = ({ channel, page_id, team_id, name }: Announcement): ChatMessage => ({
  channel,
  text: `${name ?? `Page ${page_id}`} is published.`,
  metadata: { eventType: PAGE_PUBLISHED, eventPayload: { page_id, team_id } },
});
