// API keys of workspaces: taken in, stored encrypted, never shown.
import { z } from 'zod';
import type { WorkspaceKeys } from '../../../scheduler/secrets/workspace-keys.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';

const params = z.strictObject({
  id: z.string().min(1).max(200),
  provider: z.string().regex(/^[a-z0-9_-]{1,50}$/),
});

export const keyRoutes = ({ scheduler }: { scheduler: AdminScheduler }): Route[] =>
  scheduler.workspaceKeys === undefined ? [] : routesOf(scheduler, scheduler.workspaceKeys);

const routesOf = ({ audit }: AdminScheduler, keys: WorkspaceKeys): Route[] => [
  route({
    method: 'put',
    path: '/workspaces/:id/keys/:provider',
    id: 'putWorkspaceKey',
    tag: 'Workspaces',
    summary: 'Store the key that a workspace uses with a provider; it cannot be read again',
    params,
    body: z.strictObject({ api_key: z.string().trim().min(1).max(4_000) }),
    responses: { 204: { description: 'It is stored' } },
    handle: async ({ params: { id, provider }, body }, { actor }) => {
      await keys.save(id, provider, body.api_key);
      await audit.record({ by: actor, action: 'workspace_key.put', target: `${id}/${provider}` });
      return { status: 204 };
    },
  }),
  route({
    method: 'delete',
    path: '/workspaces/:id/keys/:provider',
    id: 'deleteWorkspaceKey',
    tag: 'Workspaces',
    summary: 'Forget a key',
    params,
    responses: { 204: { description: 'There is none now' } },
    handle: async ({ params: { id, provider } }, { actor }) => {
      await keys.remove(id, provider);
      await audit.record({ by: actor, action: 'workspace_key.delete', target: `${id}/${provider}` });
      return { status: 204 };
    },
  }),
];
