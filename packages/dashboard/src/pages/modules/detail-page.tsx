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

export const DetailPage = ({ detail, at, parent, id }: DetailPageProps) => (
  <Page title={detail.title} parent={{ href: link(at), title: parent }} lead={<WholeId id={id} />}>
    {detail.sections.map((section) =>
      (section.view ?? 'table') === 'table' ? (
        <TableSection
          key={`${section.title} ${id}`}
          section={section}
          at={at}
          id={id}
          cursor={`cursor_${slugOf(section.title)}`}
        />
      ) : (
        <ObjectSection key={`${section.title} ${id}`} section={section} at={at} id={id} />
      ),
    )}
  </Page>
);
