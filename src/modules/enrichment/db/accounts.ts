// Accounts and contacts: merges a provider's data into existing rows.
import type { Db } from '../../../scheduler/public.js';

export interface AccountFacts {
  readonly domain: string;
  readonly name: string | null;
  readonly industry: string | null;
  readonly employees: number | null;
  readonly country: string | null;
  readonly website: string | null;
  readonly linkedin_url: string | null;
}

export interface ContactFacts {
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly title: string | null;
  readonly linkedin_url: string | null;
  readonly phone: string | null;
}

/** Known values replace existing ones, except for fields that a person has locked; unknown values replace nothing. */
const merged = (columns: readonly string[]): string =>
  columns
    .map(
      (column) =>
        `${column} = CASE WHEN '${column}' = ANY(t.locked) THEN t.${column} ELSE coalesce(excluded.${column}, t.${column}) END`,
    )
    .concat('enriched_at = now()', 'updated_at = now()')
    .join(', ');

const ACCOUNT_COLUMNS = ['name', 'industry', 'employees', 'country', 'website', 'linkedin_url'] as const;
const CONTACT_COLUMNS = ['first_name', 'last_name', 'title', 'linkedin_url', 'phone'] as const;

const MERGE_ACCOUNT = `
INSERT INTO {schema}.accounts AS t (workspace_id, domain, ${ACCOUNT_COLUMNS.join(', ')}, enriched_at)
VALUES ($1, lower($2), $3, $4, $5, $6, $7, $8, now())
ON CONFLICT (workspace_id, domain) DO UPDATE SET ${merged(ACCOUNT_COLUMNS)}
RETURNING id`;

const MERGE_CONTACT = `
INSERT INTO {schema}.contacts AS t (workspace_id, email, account_id, ${CONTACT_COLUMNS.join(', ')}, enriched_at)
VALUES ($1, lower($2), $3, $4, $5, $6, $7, $8, now())
ON CONFLICT (workspace_id, email) DO UPDATE SET account_id = coalesce(excluded.account_id, t.account_id),
  ${merged(CONTACT_COLUMNS)}
RETURNING id`;

/** Returns the account's id. */
export async function mergeAccount(db: Db, workspaceId: string, facts: AccountFacts): Promise<string> {
  const values = ACCOUNT_COLUMNS.map((column) => facts[column]);
  const { rows } = await db.query<{ id: string }>(MERGE_ACCOUNT, [workspaceId, facts.domain, ...values]);
  return rows[0]?.id ?? '';
}

/** Returns the contact's id. */
export async function mergeContact(
  db: Db,
  workspaceId: string,
  accountId: string | null,
  facts: ContactFacts,
): Promise<string> {
  const values = CONTACT_COLUMNS.map((column) => facts[column]);
  const { rows } = await db.query<{ id: string }>(MERGE_CONTACT, [workspaceId, facts.email, accountId, ...values]);
  return rows[0]?.id ?? '';
}
