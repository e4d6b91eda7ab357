// A page as the session serves it: as its module defines it, with the part of the address that the title of each section makes.
import type { AdminPage, AdminPageDetail, AdminPageSection } from '../contracts/admin-page.js';

/** A section of a page as it is served. */
export interface ModulePageSection extends Omit<AdminPageSection, 'detail'> {
  /** The part of its address: `Lists of all users` is `lists-of-all-users`. */
  readonly slug: string;
  readonly detail?: ModulePageDetail;
}

export interface ModulePageDetail extends Omit<AdminPageDetail, 'sections'> {
  readonly sections: readonly Omit<ModulePageSection, 'detail'>[];
}

/** A page as a module defines it, with the name of the module and the slugs of its sections. */
export interface ModulePage extends Omit<AdminPage, 'sections'> {
  readonly module: string;
  readonly sections: readonly ModulePageSection[];
}

/** `Lists of all users` is `lists-of-all-users`. */
export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

const slugged = <S extends { readonly title: string }>(section: S): S & { readonly slug: string } => ({
  ...section,
  slug: slugOf(section.title),
});

export const modulePage = (module: string, page: AdminPage): ModulePage => ({
  module,
  ...page,
  sections: page.sections.map(({ detail, ...section }) => ({
    ...slugged(section),
    ...(detail && { detail: { ...detail, sections: detail.sections.map(slugged) } }),
  })),
});
