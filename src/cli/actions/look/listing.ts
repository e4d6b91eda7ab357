// One page of a list: fetched with the given filters, shown as a table, with a hint for the next page.
import { snakeKeys } from '../../../base/snake-case.js';
import type { PageAnswer } from '../../api/answers.js';
import type { Query } from '../../api/api.js';
import type { CommonOptions, Io } from '../../io.js';
import { table, type Column } from '../../output/table.js';

export type ListOptions = CommonOptions & Query;

/** The user's options under the names of the API, without `--json` and `--url`. */
export const queryOf = ({ json: _json, url: _url, ...filters }: ListOptions): Query => snakeKeys(filters) as Query;

export async function list<T>(
  io: Io,
  path: string,
  options: ListOptions,
  columns: readonly Column<T>[],
  empty: string,
): Promise<void> {
  const page = await io.api().get<PageAnswer<T>>(path, queryOf(options));
  io.show(page, () => pageLines(io, page, columns, empty));
}

export function pageLines<T>(io: Io, page: PageAnswer<T>, columns: readonly Column<T>[], empty: string): string[] {
  const { paint } = io.out;
  if (page.items.length === 0) return [paint(empty, 'dim')];
  const more = page.next_cursor === null ? [] : ['', paint(`more: --cursor ${page.next_cursor}`, 'dim')];
  return [...table(page.items, columns, io.out), ...more];
}
