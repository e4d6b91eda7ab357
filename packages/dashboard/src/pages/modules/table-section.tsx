// A list of a module: loaded from its route, shown by its columns, filtered and paged by the address of the page.
import type { ComponentChildren } from 'preact';
import { request } from '../../api/request.js';
import { useQuery } from '../../api/use-query.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { Card } from '../../components/layout/page.js';
import { DataTable, type Column } from '../../components/table/data-table.js';
import { ChoiceFilter, Filters, TextFilter } from '../../components/table/filters.js';
import { Pager } from '../../components/table/pager.js';
import type { ModuleSection } from '../../state/module-pages.js';
import { link, query } from '../../state/router.js';
import { Cell } from './cell.js';
import { CreateButton, ItemActions } from './item-actions.js';
import { isNothing, isOffered, nameOf, textOf, valueAt, type Item } from './items.js';
import { openDialog } from './opened.js';
import { everyMs, sourceOf, type SectionProps } from './section.js';
import { useChanges } from './use-changes.js';

interface ItemPage {
  readonly items: readonly Item[];
  readonly next_cursor?: string | null;
}

const FilterBar = ({ filters = [] }: Pick<ModuleSection, 'filters'>) =>
  filters.length === 0 ? null : (
    <div class="module-filters">
      <Filters names={filters.map(({ field }) => field)}>
        {filters.map(({ field, title, values }, n) =>
          values ? (
            <ChoiceFilter key={field} name={field} label={title} values={values} />
          ) : (
            <TextFilter key={field} name={field} label={title} main={n === 0} />
          ),
        )}
      </Filters>
    </div>
  );

function columnsOf({ section, at }: SectionProps, onDone: () => void): readonly Column<Item>[] {
  const { columns, actions = [], more, detail, title } = section;
  const open = (item: Item, cell: ComponentChildren): ComponentChildren => {
    const key = detail && textOf(valueAt(item, detail.key ?? 'id'));
    if (!key) return cell;
    return (
      <a class="row-link" href={link([...at, key])}>
        {cell}
      </a>
    );
  };
  const shown = columns.map((column, n): Column<Item> => {
    const { field, kind } = column;
    return {
      key: field,
      title: column.title,
      ...(n === 0 ? {} : { has: (item: Item) => !isNothing(valueAt(item, field)) }),
      end: kind === 'number' || kind === 'money' || kind === 'duration',
      cell: (item) =>
        n === 0 ? open(item, <Cell column={column} item={item} />) : <Cell column={column} item={item} />,
    };
  });
  const look: Column<Item> = {
    key: 'more',
    title: 'More',
    cell: (item) => (
      <button
        type="button"
        class="quiet small"
        onClick={() => openDialog({ kind: 'more', title, columns: more ?? [], item })}
      >
        Show
      </button>
    ),
  };
  const change: Column<Item> = {
    key: 'actions',
    title: 'Actions',
    has: (item) => actions.some((action) => isOffered(action, item)),
    cell: (item) =>
      actions.some((action) => isOffered(action, item)) && (
        <ItemActions actions={actions} item={item} subject={nameOf(columns, item)} onDone={onDone} />
      ),
  };
  return [...shown, ...(more ? [look] : []), ...(actions.length > 0 ? [change] : [])];
}

export const TableSection = (props: SectionProps) => {
  const { section, id, cursor = 'cursor', tabbed = false } = props;
  const { title, filters = [], create, empty = 'It appears as soon as there is some.' } = section;
  const given = query.value;
  const { path, fixed } = sourceOf(section, id);
  const asked = {
    ...fixed,
    ...Object.fromEntries(filters.map(({ field }) => [field, given[field]])),
    cursor: given[cursor],
  };
  const page = useQuery(
    `module${path}?${JSON.stringify(asked)}`,
    (signal) => request<ItemPage>(path, { query: asked, signal }),
    { everyMs: everyMs(section) },
  );
  useChanges(props.at, page);
  const isFiltered = filters.some(({ field }) => given[field]);
  return (
    <Card
      title={title}
      flush
      untitled={tabbed && create === undefined}
      aside={create && <CreateButton create={create} onDone={page.reload} />}
    >
      <FilterBar filters={filters} />
      <Loaded query={page} lines={6}>
        {({ items, next_cursor: next }) => (
          <>
            {items.length === 0 ? (
              <Empty title={isFiltered ? 'Nothing matches' : 'Nothing is here'}>
                {isFiltered && !next ? 'Clear the filters to see more.' : next ? 'Go on to the next page.' : empty}
              </Empty>
            ) : (
              <DataTable
                caption={title}
                columns={columnsOf(props, page.reload)}
                rows={items}
                keyOf={(item) => textOf(item.id) || JSON.stringify(item)}
              />
            )}
            <Pager name={cursor} next={next} shown={items.length} />
          </>
        )}
      </Loaded>
    </Card>
  );
};
