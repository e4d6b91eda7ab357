// Wake-ups between instances.
import type { Commands, Db } from '../../database.js';

/**
 * Delivered when the transaction commits; equal payloads of one transaction are delivered once. The cast to text is for transactions of
 * ORMs, some of which cannot read void.
 */
export async function notify(db: Db, channel: string, payload: string): Promise<void> {
  await db.query('SELECT pg_notify($1::text, $2::text)::text', [channel, payload]);
}

/** The same in a transaction of its own, which does not wait for the disk, because a wake-up only saves time. */
export async function notifyRelaxed(db: Db, channel: string, payload: string): Promise<void> {
  await db.query(`SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, [channel, payload]);
}

/** Listens to a channel on this session. */
export async function listen(session: Commands, channel: string): Promise<void> {
  await session.query(`LISTEN "${channel.replaceAll('"', '""')}"`);
}
