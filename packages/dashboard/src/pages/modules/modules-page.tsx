// The page of a module, from what the module says about itself: lists with columns, filters and actions.
import { Empty } from '../../components/feedback/loaded.js';
import { Page } from '../../components/layout/page.js';
import { link } from '../../state/router.js';
import { session } from '../../state/session.js';
import type { PageProps } from '../registry.js';
import { ModuleSectionCard } from './section.js';

export default function ModulesPage({ rest: [module, name] }: PageProps) {
  const page = session.value?.pages?.find((one) => one.module === module && one.name === name);
  if (!page) {
    return (
      <Page title="Module">
        <Empty title="There is no such page">
          The module may have been removed. <a href={link(['overview'])}>Go to the overview</a>.
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={page.title} lead={`Of the module ${page.module}.`}>
      {page.sections.map((section) => (
        <ModuleSectionCard key={`${page.module} ${page.name} ${section.title}`} section={section} />
      ))}
    </Page>
  );
}
