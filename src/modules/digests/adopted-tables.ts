// The host's tables that digests use, by the placeholders of the migrations.
import type { AdoptedTable } from '../../scheduler/public.js';
import { DEFAULTS, type DigestsOptions, type UpdateColumns } from './options.js';

const COLUMNS: Readonly<Record<keyof UpdateColumns, string>> = {
  id: 'id',
  groupId: 'group_id',
  authorId: 'author_id',
  contentType: 'content_type',
  title: 'title',
  body: 'body',
  createdAt: 'created_at',
};

/** Pure. A table that is named must exist; a table with the usual name is created if it is missing. */
export function adoptedTables({
  table,
  updates = {},
}: Pick<DigestsOptions, 'table' | 'updates'>): Readonly<Record<string, AdoptedTable>> {
  const columns = Object.entries(COLUMNS).map(([option, name]) => [
    name,
    updates.columns?.[option as keyof UpdateColumns] ?? name,
  ]);
  return {
    host_digest_schedules: { table: table ?? DEFAULTS.table, required: table !== undefined },
    host_updates: {
      table: updates.table ?? DEFAULTS.updates,
      columns: Object.fromEntries(columns) as Record<string, string>,
      required: updates.table !== undefined,
    },
    host_recipients: { table: 'recipients' },
  };
}
