// One object of a module: as facts, or as the texts that it holds.
import { request } from '../../api/request.js';
import { useQuery } from '../../api/use-query.js';
import { Loaded } from '../../components/feedback/loaded.js';
import { Card, Plain } from '../../components/layout/page.js';
import { link, navigate } from '../../state/router.js';
import { CreateButton, ItemActions } from './item-actions.js';
import { ItemFacts } from './item-facts.js';
import { inShort, isNothing, nameOf, valueAt, type Item } from './items.js';
import { everyMs, sourceOf, type SectionProps } from './section.js';
import { useChanges } from './use-changes.js';

const Texts = ({ section, item }: Pick<SectionProps, 'section'> & { readonly item: Item }) => (
  <div class="stack">
    {section.columns.map(({ field, title }) => {
      const value = valueAt(item, field);
      if (isNothing(value)) return null;
      return (
        <div key={field} class="field">
          <span>{title}</span>
          <Plain text={inShort(value)} label={title} />
        </div>
      );
    })}
  </div>
);

export const ObjectSection = ({ section, id, at }: SectionProps) => {
  const { title, view, columns, actions = [], create, empty } = section;
  const { path, fixed } = sourceOf(section, id);
  const object = useQuery(
    `module${path}?${JSON.stringify(fixed)}`,
    (signal) => request<Item>(path, { query: fixed, signal }),
    { everyMs: everyMs(section) },
  );
  useChanges(at, object);
  /** What was deleted has no page any more. */
  const after = (isGone: boolean): void => (isGone && id !== undefined ? navigate(link(at)) : object.reload());
  const item = object.data;
  const nothing = item && columns.every(({ field }) => isNothing(valueAt(item, field))) ? empty : undefined;
  if (nothing !== undefined && view !== 'text') return <Card title={title} aside={nothing} />;
  const aside = (
    <>
      {item && (
        <ItemActions
          actions={actions}
          item={item}
          subject={nameOf(columns, item)}
          onDone={({ method }) => after(method === 'delete')}
        />
      )}
      {create && <CreateButton create={create} onDone={object.reload} />}
    </>
  );
  return (
    <Card title={title} aside={aside}>
      <Loaded query={object} lines={4}>
        {(loaded) =>
          nothing !== undefined ? (
            <p class="muted">{nothing}</p>
          ) : view === 'text' ? (
            <Texts section={section} item={loaded} />
          ) : (
            <ItemFacts columns={columns} item={loaded} />
          )
        }
      </Loaded>
    </Card>
  );
};
