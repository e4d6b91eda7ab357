// The page of a module: facts and texts above, and one of its lists at a time.
import { useEffect, useRef } from 'preact/hooks';
import { Page } from '../../components/layout/page.js';
import type { ModulePage, PageSection } from '../../state/module-pages.js';
import { link } from '../../state/router.js';
import { ObjectSection } from './object-section.js';
import { TableSection } from './table-section.js';

interface ListPageProps {
  readonly page: ModulePage;
  /** The list that is shown. Default: the first. */
  readonly chosen: PageSection | undefined;
}

interface TabsProps {
  readonly title: string;
  readonly tabs: readonly PageSection[];
  readonly current: PageSection | undefined;
  readonly addressOf: (section: PageSection) => string[];
}

/** The current one is scrolled into sight where there is no room for all. */
const Tabs = ({ title, tabs, current, addressOf }: TabsProps) => {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>('[aria-current]');
    if (row.current && tab) row.current.scrollLeft = tab.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2;
  }, [current]);
  return (
    <nav ref={row} class="tabs" aria-label={`Lists of ${title}`}>
      {tabs.map((section) => (
        <a key={section.title} href={link(addressOf(section))} aria-current={section === current ? 'page' : undefined}>
          {section.title}
        </a>
      ))}
    </nav>
  );
};

const isTable = ({ view = 'table' }: PageSection): boolean => view === 'table';

export const ListPage = ({ page, chosen }: ListPageProps) => {
  const { module, name, title, description, sections } = page;
  const tables = sections.filter(isTable);
  const current = chosen ?? tables[0];
  const addressOf = ({ slug }: PageSection): string[] => ['modules', module, name, slug];
  return (
    <Page title={title} lead={description}>
      {sections
        .filter((section) => !isTable(section))
        .map((section) => (
          <ObjectSection key={section.title} section={section} at={addressOf(section)} />
        ))}
      {tables.length > 1 && <Tabs title={title} tabs={tables} current={current} addressOf={addressOf} />}
      {current && isTable(current) && (
        <TableSection key={current.title} section={current} at={addressOf(current)} tabbed={tables.length > 1} />
      )}
    </Page>
  );
};
