// The search among the members of a list, which may be millions: first the addresses that begin with the text, which the index finds, then
// all that contain it in the address or the name, of a limited number of members for each page.
import { domainToASCII } from 'node:url';
import type { Db } from '../../../scheduler/public.js';
import { MEMBER_COLUMNS, type ListMember, type MemberPage } from './members.js';

export interface FoundMembers {
  readonly members: readonly ListMember[];
  /** Where the next page begins; null: there is none. A page may have fewer members than its limit, also none. */
  readonly next: string | null;
}

export interface MemberSearch extends MemberPage {
  readonly search: string;
  /** Members that the second part examines for one page. Default 25,000. */
  readonly lookedAt?: number;
}

const LOOKED_AT = 25_000;
/** Begins a position within the second part: no address begins with a space. */
const SCAN = ' ';
/** Greater than any character of an address. */
const LAST = '\u{10FFFF}';

type Row = ListMember & Record<string, unknown>;

interface Texts {
  /** As the keys of addresses are written. */
  readonly address: string;
  readonly name: string;
}

/** Pure. */
export function searchTexts(given: string): Texts {
  const name = given.trim().normalize('NFC').toLowerCase();
  const at = name.lastIndexOf('@');
  const domain = at < 0 ? '' : name.slice(at + 1);
  const ascii = /^[\0-\x7f]*$/.test(domain) ? domain : domainToASCII(domain) || domain;
  return { name, address: name.slice(0, name.length - domain.length) + ascii };
}

/** One page; `after` is the `next` of the page before. */
export async function searchMembers(db: Db, search: MemberSearch): Promise<FoundMembers> {
  const { after, limit } = search;
  const texts = searchTexts(search.search);
  const inScan = after?.startsWith(SCAN) === true;
  const begin = inScan ? [] : await findByPrefix(db, search, texts);
  if (begin.length > limit) return { members: begin.slice(0, limit), next: begin[limit - 1]?.emailKey ?? null };
  const room = limit - begin.length;
  if (room === 0) return { members: begin, next: SCAN };
  const { rows, edge } = await scan(db, { ...search, after: inScan ? after.slice(1) : '', limit: room + 1 }, texts);
  const members = [...begin, ...rows.slice(0, room)];
  const last = rows.length > room ? (rows[room - 1]?.emailKey ?? null) : edge;
  return { members, next: last === null ? null : `${SCAN}${last}` };
}

async function findByPrefix(db: Db, { listId, after, limit }: MemberPage, { address }: Texts): Promise<Row[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${MEMBER_COLUMNS} FROM {schema}.batch_list_members
     WHERE list_id = $1 AND email_key > coalesce($2, '') AND email_key >= $3 AND email_key < $4
     ORDER BY email_key LIMIT $5`,
    [listId, after, address, `${address}${LAST}`, limit + 1],
  );
  return rows;
}

/** `edge`: the last member that was examined; null: there are no further ones. */
async function scan(
  db: Db,
  { listId, after, limit, lookedAt = LOOKED_AT }: MemberSearch,
  { address, name }: Texts,
): Promise<{ readonly rows: readonly Row[]; readonly edge: string | null }> {
  const { rows: edges } = await db.query<{ edge: string }>(
    `SELECT email_key AS edge FROM {schema}.batch_list_members
     WHERE list_id = $1 AND email_key > $2 ORDER BY email_key OFFSET $3 LIMIT 1`,
    [listId, after, lookedAt - 1],
  );
  const edge = edges[0]?.edge ?? null;
  const { rows } = await db.query<Row>(
    `SELECT ${MEMBER_COLUMNS} FROM {schema}.batch_list_members
     WHERE list_id = $1 AND email_key > $2 AND email_key <= $3
       AND (strpos(email_key, $4) > 1 OR strpos(lower(name), $5) > 0 AND strpos(email_key, $4) = 0)
     ORDER BY email_key LIMIT $6`,
    [listId, after, edge ?? LAST, address, name, limit],
  );
  return { rows, edge };
}
