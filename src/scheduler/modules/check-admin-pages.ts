// Validates the pages of a module: a page that the dashboard cannot show is refused at definition rather than blank in a browser.
import { isRole } from '../../base/secrets/roles.js';
import type { AdminPage, AdminPageSection } from '../contracts/admin-page.js';

type Refuse = (path: string, message: string) => never;

const NAME = /^[a-z][a-z0-9-]{0,40}$/;
const FIELD = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/;
const ROUTE = /^\/[\w/:-]+$/;
const KINDS = ['text', 'time', 'status', 'money', 'number', 'id'];
const METHODS = ['post', 'patch', 'put', 'delete'];

export function checkAdminPages(pages: readonly AdminPage[], refuse: Refuse): void {
  pages.forEach(({ name, title, sections }, index) => {
    const path = `adminPages.${index}`;
    if (!NAME.test(name)) refuse(`${path}.name`, `must match ${String(NAME)}`);
    if (pages.findIndex((page) => page.name === name) !== index) refuse(`${path}.name`, 'is the name of two pages');
    if (!title) refuse(`${path}.title`, 'must not be empty');
    if (!(sections?.length > 0)) refuse(`${path}.sections`, 'must hold at least one section');
    sections.forEach((section, at) => checkSection(section, `${path}.sections.${at}`, refuse));
  });
}

function checkSection({ route, columns, actions = [], filters = [] }: AdminPageSection, path: string, refuse: Refuse) {
  if (!ROUTE.test(route)) refuse(`${path}.route`, 'must be the path of an admin route, such as /invoices');
  if (!(columns?.length > 0)) refuse(`${path}.columns`, 'must hold at least one column');
  columns.forEach(({ field, kind }, at) => {
    if (!FIELD.test(field)) refuse(`${path}.columns.${at}.field`, 'must be the name of a field');
    if (!KINDS.includes(kind)) refuse(`${path}.columns.${at}.kind`, `must be one of ${KINDS.join(', ')}`);
  });
  filters.forEach(({ field }, at) => {
    if (!FIELD.test(field)) refuse(`${path}.filters.${at}.field`, 'must be the name of a parameter');
  });
  actions.forEach((action, at) => {
    if (!ROUTE.test(action.path)) refuse(`${path}.actions.${at}.path`, 'must be the path of an admin route');
    if (!METHODS.includes(action.method))
      refuse(`${path}.actions.${at}.method`, `must be one of ${METHODS.join(', ')}`);
    if (!isRole(action.role)) refuse(`${path}.actions.${at}.role`, 'must be viewer, operator or admin');
  });
}
