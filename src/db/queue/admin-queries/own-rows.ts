// The rows of one user: those of the workspace, and the user's own rows without a workspace. A page examines a limited number of them, so
// that its cost does not depend on how many there are (docs/plans.md).
import type { Db } from '../../database.js';
import { countSql, edgeSql, isOwn, pageSql, truncatedSql, type WalkText } from './own-rows-sql.js';
import type {
  OwnMetrics,
  OwnPage,
  OwnRows,
  OwnRowsPage,
  OwnRowsQueries,
  OwnRowsQuery,
  RowConditions,
  UserJobMark,
  UserScope,
  Walk,
} from './own-rows-types.js';

export type * from './own-rows-types.js';

const ALL: RowConditions = () => ({ sql: 'true', values: [] });

/** The conditions of a walk as text, with the values from `$1` on: those of the owner, where its rows are walked, and these. */
function walkOf(
  { workspaceId, userId }: UserScope,
  walk: Walk | undefined,
): { readonly text: WalkText | undefined; readonly values: readonly unknown[] } {
  const owner = walk?.withOwner === false ? [] : [workspaceId, userId];
  if (walk === undefined) return { text: undefined, values: owner };
  const { sql, values } = walk.rows(owner.length);
  return { text: { withOwner: walk.withOwner, sql }, values: [...owner, ...values] };
}

export function ownRows(rows: OwnRows): OwnRowsQueries {
  const findPage = async <R>(db: Db, scope: UserScope, page: OwnPage, { columns, conditions, walk }: OwnRowsQuery) => {
    const { after, limit, offset } = page;
    const first = [scope.workspaceId, scope.userId, after?.key ?? null, after?.id ?? null, limit, offset];
    const { sql: where, values } = conditions(first.length);
    const walked = walk?.rows(first.length + values.length);
    const text = walk && { withOwner: walk.withOwner, sql: walked?.sql ?? 'true' };
    const sql = pageSql(rows, page, { columns, where, walk: text });
    const found = await db.query(sql, [...first, ...values, ...(walked?.values ?? [])]);
    return found.rows as (R & { readonly id: string; readonly sortKey: string })[];
  };

  const findEdge = async (db: Db, scope: UserScope, page: OwnPage, walk?: Walk): Promise<UserJobMark | null> => {
    const { text, values } = walkOf(scope, walk);
    const sql = edgeSql(rows, page, { walk: text, mark: `$${values.length + 1}` });
    const { rows: edges } = await db.query<{ id: string }>(sql, [...values, page.after?.id ?? null]);
    return edges[0] === undefined ? null : { key: '', id: edges[0].id };
  };

  const isTruncated = async (db: Db, scope: UserScope, walk?: Walk): Promise<boolean> => {
    const { text, values } = walkOf(scope, walk);
    const { rows: found } = await db.query<{ more: boolean }>(truncatedSql(rows, text), [...values]);
    return found[0]?.more ?? false;
  };

  return {
    isOwn: isOwn(rows),
    async list<R>(db: Db, scope: UserScope, page: OwnPage, wanted: OwnRowsQuery): Promise<OwnRowsPage<R>> {
      const found = await findPage<R>(db, scope, page, wanted);
      const whole = { rows: found, edge: null, truncated: false };
      if (wanted.walk?.isShort) return whole;
      if (page.sort !== 'created_at') return { ...whole, truncated: await isTruncated(db, scope, wanted.walk) };
      if (found.length === page.limit) return whole;
      const edge = await findEdge(db, scope, page, wanted.walk);
      // rows that were stored since the first statement have moved it
      const isKept = ({ id }: { readonly id: string }): boolean =>
        edge === null || (page.descending ? id >= edge.id : id <= edge.id);
      return { rows: found.filter(isKept), edge, truncated: false };
    },
    async count(db, { workspaceId, userId }, hours, conditions = ALL) {
      const first = [workspaceId, userId, hours];
      const { sql, values } = conditions(first.length);
      const counted = await db.query(countSql(rows, sql), [...first, ...values]);
      return counted.rows[0] as unknown as OwnMetrics;
    },
  };
}
