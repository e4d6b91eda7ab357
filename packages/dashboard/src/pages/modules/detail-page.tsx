// The page of one item of a module's list, with all of its sections.
import { WholeId } from '../../components/copy.js';
import { Page } from '../../components/layout/page.js';
import type { ModuleDetail } from '../../state/module-pages.js';
import { link } from '../../state/router.js';
import { slugOf } from './items.js';
import { ObjectSection } from './object-section.js';
import { TableSection } from './table-section.js';

interface DetailPageProps {
  readonly detail: ModuleDetail;
  /** Of the list that the item is in, and its title. */
  readonly at: readonly string[];
  readonly parent: string;
  readonly id: string;
}

const isTable = ({ view = 'table' }: ModuleDetail['sections'][number]): boolean => view === 'table';

/** Facts and texts stand side by side where there is room, and lists below them. */
export const DetailPage = ({ detail, at, parent, id }: DetailPageProps) => (
  <Page title={detail.title} parent={{ href: link(at), title: parent }} lead={<WholeId id={id} />}>
    <div class="columns">
      {detail.sections
        .filter((section) => !isTable(section))
        .map((section) => (
          <ObjectSection key={`${section.title} ${id}`} section={section} at={at} id={id} />
        ))}
    </div>
    {detail.sections.filter(isTable).map((section) => (
      <TableSection
        key={`${section.title} ${id}`}
        section={section}
        at={at}
        id={id}
        cursor={`cursor_${slugOf(section.title)}`}
      />
    ))}
  </Page>
);
