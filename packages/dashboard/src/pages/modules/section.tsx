// One list of a module: loaded from its route, shown by its columns, filtered and paged within the page.
import { useState } from 'preact/hooks';
import { request } from '../../api/request.js';
import { useQuery } from '../../api/use-query.js';
import { act, ask } from '../../components/feedback/confirm.js';
import { Empty, Loaded } from '../../components/feedback/loaded.js';
import { ActionButton } from '../../components/form/action-button.js';
import { Card } from '../../components/layout/page.js';
import { DataTable, type Column } from '../../components/table/data-table.js';
import type { ModuleAction, ModuleFilter, ModuleSection } from '../../state/module-pages.js';
import { link } from '../../state/router.js';
import { Cell } from './cell.js';

type Row = Readonly<Record<string, unknown>>;

interface RowPage {
  readonly items: readonly Row[];
  readonly next_cursor?: string | null;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** `/charges/:id/retry` with the fields of the row. */
const pathFor = (path: string, row: Row): string =>
  path.replace(/:(\w+)/g, (_, field: string) => encodeURIComponent(textOf(row[field])));

/** `progress.done` is inside another field. */
const valueAt = (row: Row, field: string): unknown =>
  field.split('.').reduce<unknown>((value, part) => (value as Row | null | undefined)?.[part], row);

async function perform({ title, path, ...action }: ModuleAction, row: Row, onDone: () => void) {
  // A browser leaves `patch` as it is, and servers know only PATCH.
  const method = action.method.toUpperCase();
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
  await request(pathFor(path, row), { method, ...body });
  onDone();
  return { text: `${title}: done.`, href: link(['audit']), linkText: 'Audit' };
}

const RowAction = ({
  action,
  row,
  onDone,
}: {
  readonly action: ModuleAction;
  readonly row: Row;
  readonly onDone: () => void;
}) => (
  <ActionButton
    role={action.role ?? 'operator'}
    onAct={() =>
      action.confirm === undefined
        ? act(() => perform(action, row, onDone))
        : ask({
            title: `${action.title}?`,
            text: action.confirm,
            action: action.title,
            danger: action.method.toUpperCase() === 'DELETE',
            perform: () => perform(action, row, onDone),
          })
    }
  >
    {action.title}
  </ActionButton>
);

const columnsOf = ({ columns, actions = [] }: ModuleSection, onDone: () => void): readonly Column<Row>[] => [
  ...columns.map((column): Column<Row> => ({
    key: column.field,
    title: column.title,
    end: column.kind === 'number' || column.kind === 'money',
    cell: (row) => <Cell kind={column.kind} value={valueAt(row, column.field)} row={row} />,
  })),
  ...(actions.length === 0
    ? []
    : [
        {
          key: 'actions',
          title: 'Change',
          cell: (row: Row) => (
            <span class="actions">
              {actions.map((action) => (
                <RowAction key={action.title} action={action} row={row} onDone={onDone} />
              ))}
            </span>
          ),
        },
      ]),
];

interface FilterBarProps {
  readonly filters: readonly ModuleFilter[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

const FilterBar = ({ filters, values, onChange }: FilterBarProps) => (
  <div class="filters module-filters">
    {filters.map(({ field, title, values: choices }) => (
      <label key={field} class="filter">
        <span>{title}</span>
        {choices ? (
          <select
            value={values[field] ?? ''}
            onChange={(event) => onChange({ ...values, [field]: event.currentTarget.value })}
          >
            <option value="">All</option>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {choice.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        ) : (
          <input
            type="search"
            value={values[field] ?? ''}
            onChange={(event) => onChange({ ...values, [field]: event.currentTarget.value })}
          />
        )}
      </label>
    ))}
  </div>
);

const EVERY_MS = 20_000;

export const ModuleSectionCard = ({ section }: { readonly section: ModuleSection }) => {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const asked = { ...values, cursor: cursors.at(-1) };
  const page = useQuery(
    `module${section.route}?${JSON.stringify(asked)}`,
    (signal) => request<RowPage>(section.route, { query: asked, signal }),
    { everyMs: cursors.length === 0 ? EVERY_MS : undefined },
  );
  const filter = (next: Readonly<Record<string, string>>): void => {
    setCursors([]);
    setValues(next);
  };
  return (
    <Card title={section.title} flush>
      {section.filters && section.filters.length > 0 && (
        <FilterBar filters={section.filters} values={values} onChange={filter} />
      )}
      <Loaded query={page} lines={6}>
        {({ items, next_cursor: next }) => (
          <>
            {items.length === 0 ? (
              <Empty title="Nothing is here">
                {Object.values(values).some(Boolean)
                  ? 'Clear the filters to see more.'
                  : 'It appears as soon as there is some.'}
              </Empty>
            ) : (
              <DataTable
                caption={section.title}
                columns={columnsOf(section, page.reload)}
                rows={items}
                keyOf={(row) => textOf(row.id) || JSON.stringify(row)}
              />
            )}
            {(next || cursors.length > 0) && (
              <nav class="pager" aria-label={`Pages of ${section.title}`}>
                {cursors.length > 0 && (
                  <button type="button" class="quiet" onClick={() => setCursors(cursors.slice(0, -1))}>
                    Previous
                  </button>
                )}
                {next && (
                  <button type="button" onClick={() => setCursors([...cursors, next])}>
                    Next
                  </button>
                )}
              </nav>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
};
