// The page of one item of a module's list, with all of its sections.
import { WholeId } from '../../components/copy.js';
import { Page } from '../../components/layout/page.js';
import type { ModuleDetail } from '../../state/module-pages.js';
import { link } from '../../state/router.js';
import { ObjectSection } from './object-section.js';
import { TableSection } from './table-section.js';

interface DetailPageProps {
  readonly detail: ModuleDetail;
  /** Of the list that the item is in, and its title. */
  readonly at: readonly string[];
  readonly parent: string;
  readonly id: string;
}

type Inner = ModuleDetail['sections'][number];
const isView = (wanted: string) => (section: Inner) => (section.view ?? 'table') === wanted;

/** Facts stand side by side where there is room, texts and lists below them. */
export const DetailPage = ({ detail: { title, sections }, at, parent, id }: DetailPageProps) => {
  const keyOf = (section: Inner): string => `${section.title} ${id}`;
  return (
    <Page title={title} parent={{ href: link(at), title: parent }} lead={<WholeId id={id} />}>
      <div class="columns">
        {sections.filter(isView('facts')).map((section) => (
          <ObjectSection key={keyOf(section)} section={section} at={at} id={id} />
        ))}
      </div>
      {sections.filter(isView('text')).map((section) => (
        <ObjectSection key={keyOf(section)} section={section} at={at} id={id} />
      ))}
      {sections.filter(isView('table')).map((section) => (
        <TableSection key={keyOf(section)} section={section} at={at} id={id} cursor={`cursor_${section.slug}`} />
      ))}
    </Page>
  );
};
