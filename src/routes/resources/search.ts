// One field for everything: what begins with a text, and the page of the dashboard that shows it.
import { z } from 'zod';
import { MOST_OF_A_KIND, type SearchHit, type SearchKind } from '../../scheduler/contracts/search.js';
import { route, type Route } from '../kit/route.js';
import type { AdminScheduler } from '../scheduler-port.js';

const PAGES: Readonly<Record<SearchKind, (id: string) => string>> = {
  user: (id) => `people/${id}`,
  subscription: (id) => `subscriptions/${id}`,
  tenant: (id) => `subscriptions?tenant_id=${id}`,
  job: (id) => `jobs/${id}`,
  run: (id) => `runs/${id}`,
  process: (id) => `processes/${id}`,
  queue: (id) => `jobs?queue=${id}`,
  job_type: (id) => `jobs?type=${id}`,
};

const hitSchema = z
  .object({
    kind: z.enum(Object.keys(PAGES) as [SearchKind, ...SearchKind[]]),
    id: z.string(),
    title: z.string(),
    detail: z.string().meta({ description: 'What else tells it apart' }),
    path: z.string().meta({ description: 'The page of the dashboard that shows it, below `/ui/`' }),
  })
  .meta({ id: 'SearchHit' });

const hitJson = (hit: SearchHit): z.input<typeof hitSchema> => ({
  ...hit,
  path: PAGES[hit.kind](encodeURIComponent(hit.id)),
});

export const searchRoutes = ({ scheduler }: { readonly scheduler: AdminScheduler }): Route[] => [
  route({
    method: 'get',
    path: '/search',
    id: 'search',
    tag: 'Status',
    summary: 'Find users, subscriptions, tenants, jobs and runs by how their id begins, and others by name',
    query: z.strictObject({ q: z.string().trim().min(1).max(200) }),
    responses: {
      200: {
        description: `At most ${MOST_OF_A_KIND} of each kind; exact matches first`,
        schema: z.object({ items: z.array(hitSchema) }),
      },
    },
    handle: async ({ query: { q } }) => ({ status: 200, body: { items: (await scheduler.search(q)).map(hitJson) } }),
  }),
];
