// The number of notifications that each transport has sent or failed to send within a day, over all instances: the newest ones, by index.
import type { Db } from '../../../scheduler/public.js';

export interface TransportCounts {
  readonly transport: string | null;
  readonly delivery_method: string;
  readonly sent: number;
  readonly failed: number;
}

/** Counting stops at this number, for sent and for failed notifications separately. */
export const MOST_OF_A_DAY = 20_000;

export async function countByTransport(
  db: Db,
): Promise<{ readonly counts: readonly TransportCounts[]; readonly capped: boolean }> {
  const newest = (status: 'sent' | 'failed'): string =>
    `(SELECT transport, delivery_method, status FROM {schema}.notifications
      WHERE status = '${status}' AND processed_at >= now() - interval '24 hours'
      ORDER BY processed_at DESC LIMIT ${MOST_OF_A_DAY})`;
  const { rows } = await db.query<TransportCounts & Record<string, unknown>>(
    `SELECT transport, delivery_method, count(*) FILTER (WHERE status = 'sent')::integer AS sent,
       count(*) FILTER (WHERE status = 'failed')::integer AS failed
     FROM (${newest('sent')} UNION ALL ${newest('failed')}) ended GROUP BY transport, delivery_method`,
  );
  const total = (field: 'sent' | 'failed'): number => rows.reduce((sum, row) => sum + row[field], 0);
  return { counts: rows, capped: total('sent') >= MOST_OF_A_DAY || total('failed') >= MOST_OF_A_DAY };
}
