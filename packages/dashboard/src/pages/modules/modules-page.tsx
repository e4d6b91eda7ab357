// The page of a module, from what the module says about itself: lists with columns, filters and actions, and the page of one item.
import { Page } from '../../components/layout/page.js';
import { link } from '../../state/router.js';
import { session } from '../../state/session.js';
import type { PageProps } from '../registry.js';
import { DetailPage } from './detail-page.js';
import { ModuleDialogs } from './dialogs.js';
import { ListPage } from './list-page.js';
import './modules.css';

const NoSuchPage = () => (
  <Page title="There is no such page">
    <p>
      The module that it belongs to may be switched off, or the address is wrong.{' '}
      <a href={link(['overview'])}>Go to the overview</a>.
    </p>
  </Page>
);

/** `modules/<module>/<page>/<section>/<item>`; the last two are optional. */
export default function ModulesPage({ rest: [module = '', name = '', slug, id] }: PageProps) {
  const page = session.value?.pages.find((one) => one.module === module && one.name === name);
  const section = page?.sections.find((one) => one.slug === slug);
  if (!page || (slug !== undefined && !section)) return <NoSuchPage />;
  const detail = id === undefined ? undefined : section?.detail;
  if (id !== undefined && !detail) return <NoSuchPage />;
  const isOnly = page.sections.length === 1;
  return (
    <>
      {detail && section && id !== undefined ? (
        <DetailPage
          detail={detail}
          at={['modules', module, name, section.slug]}
          parent={isOnly ? page.title : `${page.title}: ${section.title}`}
          id={id}
        />
      ) : (
        <ListPage page={page} chosen={section} />
      )}
      <ModuleDialogs />
    </>
  );
}
