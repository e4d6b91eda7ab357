// LISTEN on a connection of its own, and the debounced NOTIFY. Both are a hurry-up only: polling finds everything.
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import pg from 'pg';
import { toError } from '../../../base/errors.js';
import type { Logger } from '../../../base/logger.js';
import { sleep } from '../../../base/sleep.js';
import type { Db } from '../../../db/database.js';
import { listen, notify, notifyRelaxed } from '../../../db/queue/queries/notify.js';

/** What instances tell each other: there is work; this job, which that claim lists, was cancelled; queues were changed. */
export type QueueMessage =
  { kind: 'work'; from?: string } | { kind: 'cancelled'; jobId: string; claim: string } | { kind: 'queues' };

function encode(message: QueueMessage): string {
  if (message.kind === 'cancelled') return `cancelled:${message.jobId}:${message.claim}`;
  return message.kind === 'work' && message.from !== undefined ? `work:${message.from}` : message.kind;
}

function decode(payload: string): QueueMessage | null {
  if (payload === 'work' || payload === 'queues') return { kind: payload };
  const [kind, rest, claim] = payload.split(':');
  if (rest === undefined) return null;
  if (kind === 'work') return { kind, from: rest };
  return kind === 'cancelled' && claim !== undefined ? { kind, jobId: rest, claim } : null;
}

const MAX_CHANNEL_BYTES = 63;

/** A channel of its own for each schema; one with a long name is known by its hash. */
export function channelOf(schema: string): string {
  const plain = `${schema}_jobs`;
  if (Buffer.byteLength(plain) <= MAX_CHANNEL_BYTES) return plain;
  return `punctual_jobs_${createHash('sha256').update(schema).digest('hex').slice(0, 40)}`;
}

/** Tells the others, now or when the caller's transaction commits. */
export const tell = (db: Db, message: QueueMessage): Promise<void> => notify(db, channelOf(db.schema), encode(message));

export interface Announcer {
  /** Tells others of new work: at once, then at most once per `everyMs`. Never rejects. */
  announce(): void;
  /** Waits for what is being sent. */
  close(): Promise<void>;
}

/** `from` marks our own announcements, which tell this process nothing that it does not know. */
export function createAnnouncer(db: Db, from: string, logger: Logger, everyMs = 20): Announcer {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  let sending: Promise<void> = Promise.resolve();

  const send = (): void => {
    // a claim of this process's own goes first: it was woken in this very turn of the loop
    sending = turn()
      .then(() => notifyRelaxed(db, channelOf(db.schema), encode({ kind: 'work', from })))
      .catch((error: unknown) => {
        logger.debug('wake-up not sent, polling will find the work', { error: toError(error) });
      });
    timer = setTimeout(() => {
      timer = undefined;
      if (again) {
        again = false;
        send();
      }
    }, everyMs);
    timer.unref();
  };

  return {
    announce() {
      if (timer === undefined) send();
      else again = true;
    },
    async close() {
      clearTimeout(timer);
      timer = undefined;
      if (again) send();
      clearTimeout(timer);
      await sending;
    },
  };
}

export interface QueueListener {
  readonly connected: boolean;
  start(): void;
  stop(): Promise<void>;
}

export interface ListenerOptions {
  readonly client: () => pg.ClientConfig;
  readonly schema: string;
  readonly logger: Logger;
  readonly onMessage: (message: QueueMessage) => void;
  /** Connected (again): whatever was said meanwhile was missed. */
  readonly onConnected: () => void;
}

const RECONNECT_MS = { first: 250, most: 10_000 };

export function createQueueListener(options: ListenerOptions): QueueListener {
  const stopping = new AbortController();
  let client: pg.Client | undefined;
  let connected = false;
  let loop: Promise<void> = Promise.resolve();

  /** One connection from its beginning to its end. */
  const listenOnce = async (): Promise<void> => {
    const own = new pg.Client({ ...options.client(), application_name: 'punctual-listen', keepAlive: true });
    client = own;
    const ended = new Promise<void>((resolve) => {
      own.on('error', () => resolve());
      own.on('end', () => resolve());
    });
    own.on('notification', ({ payload }) => {
      const message = decode(payload ?? '');
      if (message !== null) options.onMessage(message);
    });
    try {
      // one that is ended while it connects never settles
      await Promise.race([own.connect(), ended]);
      if (stopping.signal.aborted) return;
      await listen(own, channelOf(options.schema));
      if (stopping.signal.aborted) return;
      connected = true;
      options.onConnected();
      await ended;
    } finally {
      connected = false;
      client = undefined;
      await own.end().catch(() => {});
    }
  };

  const run = async (): Promise<void> => {
    let wait = RECONNECT_MS.first;
    while (!stopping.signal.aborted) {
      try {
        await listenOnce();
        wait = RECONNECT_MS.first;
      } catch (error) {
        options.logger.debug('job wake-ups are not heard, polling goes on', { error: toError(error) });
      }
      await sleep(wait, stopping.signal);
      wait = Math.min(wait * 2, RECONNECT_MS.most);
    }
  };

  return {
    get connected() {
      return connected;
    },
    start() {
      loop = run();
    },
    async stop() {
      stopping.abort();
      await client?.end().catch(() => {});
      await loop;
    },
  };
}
