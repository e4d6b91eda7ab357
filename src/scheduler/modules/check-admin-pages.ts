// Validates the pages of a module: a page that the dashboard cannot show is refused at definition rather than blank in a browser.
import type { AdminPage, AdminPageSection } from '../contracts/admin-page.js';
import { adminPageSchema } from './admin-page-schema.js';
import { slugOf } from './module-page.js';

type Refuse = (path: string, message: string) => never;

export function checkAdminPages(pages: readonly AdminPage[], refuse: Refuse): void {
  pages.forEach((page, index) => {
    const path = `adminPages.${index}`;
    const checked = adminPageSchema.safeParse(page);
    const issue = checked.error?.issues[0];
    if (issue) refuse([path, ...issue.path].join('.'), issue.message);
    if (pages.findIndex(({ name }) => name === page.name) !== index) refuse(`${path}.name`, 'is the name of two pages');
    checkSections(page.sections, `${path}.sections`, refuse);
    page.sections.forEach(({ detail }, at) => {
      if (!detail) return;
      checkSections(detail.sections, `${path}.sections.${at}.detail.sections`, refuse);
      checkFilters(detail.sections, `${path}.sections.${at}.detail.sections`, refuse);
    });
  });
}

/** What only a table has. */
const OF_TABLES = ['more', 'filters', 'detail'] as const;

function checkSections(sections: readonly AdminPageSection[], path: string, refuse: Refuse): void {
  const slugs = sections.map(({ title }) => slugOf(title));
  sections.forEach((section, index) => {
    const here = `${path}.${index}`;
    if (!/[a-z0-9]/.test(slugs[index] ?? '')) refuse(`${here}.title`, 'must hold a letter or a digit');
    if (slugs.indexOf(slugs[index] ?? '') !== index) refuse(`${here}.title`, 'is the title of two sections');
    if ((section.view ?? 'table') === 'table') return;
    for (const name of OF_TABLES) {
      if (section[name] !== undefined)
        refuse(`${here}.${name}`, `only a table has it: this is a view of ${section.view}`);
    }
  });
}

/** Filters of a detail share one address. */
function checkFilters(sections: readonly AdminPageSection[], path: string, refuse: Refuse): void {
  const seen = new Set<string>();
  sections.forEach(({ filters = [] }, index) =>
    filters.forEach(({ field }, at) => {
      if (seen.has(field)) refuse(`${path}.${index}.filters.${at}.field`, 'is a filter of two sections of this detail');
      seen.add(field);
    }),
  );
}
