// LISTEN on its own connection, and the debounced NOTIFY. Both only save time: polling finds everything.
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type pg from 'pg';
import { toError } from '../../../base/errors.js';
import { linkSignals } from '../../../base/timing/linked-signal.js';
import type { Logger } from '../../../base/logger.js';
import { sleep } from '../../../base/timing/sleep.js';
import { openWatchedClient, type WatchedClientOptions } from '../../../db/connect/watched-client.js';
import type { Db } from '../../../db/database.js';
import { applySessionSettings } from '../../../db/engine/queries/instances/session-settings.js';
import { findBackend } from '../../../db/pool.js';
import type { Backend } from '../../../db/silence.js';
import { listen, notify, notifyRelaxed } from '../../../db/queue/queries/notify.js';

/**
 * What instances tell each other: there is work (of these types; undefined: of any type); this job, which that claim lists, was cancelled;
 * queues were changed.
 */
export type QueueMessage =
  | { kind: 'work'; from?: string; types?: readonly string[] }
  | { kind: 'cancelled'; jobId: string; claim: string }
  | { kind: 'queues' };

/** A notification may have 8,000 bytes; a longer list of types is left out. */
const MAX_TYPES_BYTES = 4_000;

/** `work`, `work:<from>` or `work:<from>:<JSON array of types>`; instances of the previous release ignore the types. */
function encode(message: QueueMessage): string {
  if (message.kind === 'cancelled') return `cancelled:${message.jobId}:${message.claim}`;
  if (message.kind === 'queues') return message.kind;
  const { from, types } = message;
  const list = JSON.stringify(types ?? null);
  if (types !== undefined && Buffer.byteLength(list) <= MAX_TYPES_BYTES) return `work:${from ?? ''}:${list}`;
  return from === undefined ? 'work' : `work:${from}`;
}

function decode(payload: string): QueueMessage | null {
  if (payload === 'work' || payload === 'queues') return { kind: payload };
  const [kind, rest, ...more] = payload.split(':');
  if (rest === undefined) return null;
  if (kind === 'work') {
    const types = decodeTypes(more.join(':'));
    return { kind, ...(rest === '' ? {} : { from: rest }), ...(types === undefined ? {} : { types }) };
  }
  const [claim] = more;
  return kind === 'cancelled' && claim !== undefined ? { kind, jobId: rest, claim } : null;
}

/** Undefined: none are given, or the text is not a list of them. */
function decodeTypes(text: string): readonly string[] | undefined {
  try {
    const types: unknown = JSON.parse(text);
    return Array.isArray(types) && types.every((type) => typeof type === 'string') ? types : undefined;
  } catch {
    return undefined;
  }
}

const MAX_CHANNEL_BYTES = 63;

/** One channel for each schema; for a long name its hash is used. */
export function channelOf(schema: string): string {
  const plain = `${schema}_jobs`;
  if (Buffer.byteLength(plain) <= MAX_CHANNEL_BYTES) return plain;
  return `punctual_jobs_${createHash('sha256').update(schema).digest('hex').slice(0, 40)}`;
}

/** Notifies the other instances, now or when the caller's transaction commits. */
export const tell = (db: Db, message: QueueMessage): Promise<void> => notify(db, channelOf(db.schema), encode(message));

export interface Announcer {
  /** Notifies others of new work of these types, or of any type: at once, then at most once per `everyMs`. Never rejects. */
  announce(types?: readonly string[]): void;
  /** Waits for pending notifications. */
  close(): Promise<void>;
}

/** `from` marks our own notifications, which this process can ignore. */
export function createAnnouncer(db: Db, from: string, logger: Logger, everyMs = 20): Announcer {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  /** Not announced yet; null: work of any type. */
  let pending: Set<string> | null = new Set();
  let sending: Promise<void> = Promise.resolve();

  const send = (): void => {
    const types = pending === null ? {} : { types: [...pending] };
    pending = new Set();
    // a claim of this process goes first: it was woken in this turn of the event loop
    sending = turn()
      .then(() => notifyRelaxed(db, channelOf(db.schema), encode({ kind: 'work', from, ...types })))
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
    announce(types) {
      if (types === undefined) pending = null;
      else for (const type of types) pending?.add(type);
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
  /** May be called again after `stop`. */
  start(): void;
  stop(): Promise<void>;
}

export interface ListenerOptions {
  readonly client: () => pg.ClientConfig;
  readonly schema: string;
  readonly logger: Logger;
  readonly onMessage: (message: QueueMessage) => void;
  /** Connected or reconnected: notifications sent meanwhile were missed. */
  readonly onConnected: () => void;
  /** Called with the backend that a lost connection may have left behind. */
  readonly onLost?: (backend: Backend) => void;
  /** How often the connection is checked, and how long a response may take. */
  readonly pings?: Pick<WatchedClientOptions, 'pingMs' | 'pingLimitMs'>;
}

const RECONNECT_MS = { first: 250, most: 10_000 };

export function createQueueListener(options: ListenerOptions): QueueListener {
  let stopping = new AbortController();
  let connected = false;
  let loop: Promise<void> = Promise.resolve();

  /** The life of one connection. */
  const listenOnce = async (signal: AbortSignal): Promise<void> => {
    const { client, lost, close } = await openWatchedClient({
      config: options.client(),
      applicationName: 'punctual-listen',
      signal,
      ...options.pings,
    });
    client.on('notification', ({ payload }) => {
      const message = decode(payload ?? '');
      if (message !== null) options.onMessage(message);
    });
    const ended = linkSignals(signal, lost);
    let backend: Backend | null = null;
    try {
      backend = await findBackend(client);
      await applySessionSettings(client);
      await listen(client, channelOf(options.schema));
      if (ended.signal.aborted) return;
      connected = true;
      options.onConnected();
      await aborted(ended.signal);
      if (lost.aborted) options.logger.debug('job wake-ups are no longer received', { error: toError(lost.reason) });
    } finally {
      if (lost.aborted && backend !== null) options.onLost?.(backend);
      connected = false;
      ended.unlink();
      await close();
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    let wait = RECONNECT_MS.first;
    while (!signal.aborted) {
      try {
        await listenOnce(signal);
        wait = RECONNECT_MS.first;
      } catch (error) {
        options.logger.debug('job wake-ups are not received, polling continues', { error: toError(error) });
      }
      await sleep(wait, signal);
      wait = Math.min(wait * 2, RECONNECT_MS.most);
    }
  };

  return {
    get connected() {
      return connected;
    },
    start() {
      stopping = new AbortController();
      loop = run(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
