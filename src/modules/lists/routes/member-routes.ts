// The members and rejects of a list, as pages and as a file.
import { z } from 'zod';
import { isoOrNull, maybeTime, pageOf, paging, route, type Route } from '../../../routes/index.js';
import { CSV_HEADER, csvLines } from '../csv/write-csv.js';
import type { ListMember, ListReject } from '../db/members.js';
import type { Owner } from '../db/lists.js';
import type { Listing } from '../listing.js';
import { ownerOf, params } from './list-routes.js';

const tag = 'Batch lists';
export const position = z
  .string()
  .regex(/^[1-9]\d{0,17}$/, 'is not one that this list returned')
  .optional()
  .meta({ description: '`next_cursor` of the previous page' });
/** The address of the last member, or the position of a search, encoded so that a cursor has no special characters. */
const address = z
  .string()
  .regex(/^[\w-]{1,1400}$/, 'is not one that this list returned')
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .refine((text) => !text.includes('\0'), 'is not one that this list returned')
  .optional()
  .meta({ description: '`next_cursor` of the previous page' });
const memberSchema = z
  .object({
    id: z.string(),
    external_id: z.string().nullable(),
    email: z.string(),
    name: z.string().nullable(),
    joined_at: maybeTime,
  })
  .meta({ id: 'BatchListMember' });

export const rejectSchema = z
  .object({
    line: z.number().nullable().meta({ description: 'Of the file' }),
    external_id: z.string().nullable(),
    value: z.string().nullable().meta({ description: 'The address as received, truncated to 300 characters' }),
    reason: z.string(),
  })
  .meta({ id: 'BatchListReject' });

const memberJson = ({ id, externalId, email, name, joinedAt }: ListMember): z.input<typeof memberSchema> => ({
  ...{ id, external_id: externalId, email, name },
  joined_at: isoOrNull(joinedAt),
});
const encoded = (position: string): string => Buffer.from(position).toString('base64url');
export const rejectJson = ({ line, externalId, value, reason }: ListReject): z.input<typeof rejectSchema> => ({
  ...{ line, external_id: externalId, value, reason },
});

/** A page of rows, of which one more than the limit was read. */
export function pageBody<R, J>(rows: readonly R[], limit: number, toJson: (row: R) => J, cursorOf: (row: R) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(toJson), next_cursor: rows.length > limit && last ? cursorOf(last) : null };
}

/** The first rows are read by themselves, so that the file begins at once. */
const CSV_FIRST_ROWS = 100;
const CSV_ROWS_AT_ONCE = 2_000;

async function* csvOf(listing: Listing, owner: Owner, listId: string, signal: AbortSignal): AsyncGenerator<string> {
  const read = (after: string | null, limit: number) => listing.members(owner, { listId, after, limit });
  let rows = await read(null, CSV_FIRST_ROWS);
  yield CSV_HEADER + csvLines(rows);
  for (let full = CSV_FIRST_ROWS; rows.length === full && !signal.aborted; full = CSV_ROWS_AT_ONCE) {
    rows = await read(rows.at(-1)?.emailKey ?? null, CSV_ROWS_AT_ONCE);
    yield csvLines(rows);
  }
}

export const memberRoutes = (listing: Listing): Route[] => [
  route({
    method: 'get',
    path: '/batch-lists/:id/members',
    id: 'listBatchListMembers',
    tag,
    summary: 'Members of a list, by address',
    params,
    query: z.strictObject({
      limit: paging.limit,
      cursor: address,
      q: z.string().trim().min(1).max(200).optional().meta({
        description:
          'Part of an address or a name, in any case. Addresses that begin with it come first; for the others a page examines 25,000 members, so that it may have fewer than `limit`, also none, and `next_cursor` continues',
      }),
    }),
    responses: { 200: { description: 'One page', schema: pageOf(memberSchema) } },
    handle: async ({ params: { id }, query: { limit, cursor: after = null, q: search } }, call) => {
      const page = { listId: id, after };
      if (search === undefined) {
        const rows = await listing.members(ownerOf(call), { ...page, limit: limit + 1 });
        return { status: 200, body: pageBody(rows, limit, memberJson, ({ emailKey }) => encoded(emailKey)) };
      }
      const { members, next } = await listing.search(ownerOf(call), { ...page, limit, search });
      return {
        status: 200,
        body: { items: members.map(memberJson), next_cursor: next === null ? null : encoded(next) },
      };
    },
  }),
  route({
    method: 'get',
    path: '/batch-lists/:id/members.csv',
    id: 'downloadBatchListMembers',
    tag,
    summary: 'All members as CSV, safe to open in a spreadsheet',
    params,
    responses: { 200: { description: 'The file, as a stream', contentType: 'text/csv' } },
    handle: ({ params: { id } }, call) => ({
      status: 200,
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="members-${id}.csv"`,
        'Cache-Control': 'no-store',
      },
      stream: csvOf(listing, ownerOf(call), id, call.signal),
    }),
  }),
  route({
    method: 'get',
    path: '/batch-lists/:id/rejects',
    id: 'listBatchListRejects',
    tag,
    summary: 'Rejected members with the reason, up to 100,000',
    params,
    query: z.strictObject({ limit: paging.limit, cursor: position }),
    responses: { 200: { description: 'One page', schema: pageOf(rejectSchema) } },
    handle: async ({ params: { id }, query: { limit, cursor: after = null } }, call) => {
      const rows = await listing.rejects(ownerOf(call), { listId: id, after, limit: limit + 1 });
      return { status: 200, body: pageBody(rows, limit, rejectJson, ({ id: last }) => last) };
    },
  }),
];
