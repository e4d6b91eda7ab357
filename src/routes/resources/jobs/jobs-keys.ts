// API keys of workspaces: taken in, stored encrypted, never shown.
import { z } from 'zod';
import type { WorkspaceKeys } from '../../../scheduler/secrets/workspace-keys.js';
import { route, type Route } from '../../kit/route.js';
import type { AdminScheduler } from '../../scheduler-port.js';

const workspace = { id: z.string().min(1).max(200) };

/** No routes where nothing is stored. A key can be stored for the providers that modules declare, and deleted for any. */
export function keyRoutes({ scheduler: { workspaceKeys, modules } }: { scheduler: AdminScheduler }): Route[] {
  if (workspaceKeys === undefined) return [];
  const [first, ...rest] = modules?.keyProviders ?? [];
  const known = first === undefined ? [] : [putKey(workspaceKeys, [first, ...rest])];
  return [...known, deleteKey(workspaceKeys)];
}

const putKey = (keys: WorkspaceKeys, providers: [string, ...string[]]): Route =>
  route({
    method: 'put',
    path: '/workspaces/:id/keys/:provider',
    id: 'putWorkspaceKey',
    role: 'admin',
    tag: 'Workspaces',
    summary: 'Store the key that a workspace uses with a provider; it cannot be read again',
    params: z.strictObject({
      ...workspace,
      provider: z.enum(providers, { error: `must be one of ${providers.join(', ')}` }),
    }),
    body: z.strictObject({ api_key: z.string().trim().min(1).max(4_000) }),
    responses: { 204: { description: 'Stored' } },
    handle: async ({ params: { id, provider }, body }, { actor }) => {
      await keys.save(id, provider, body.api_key, actor);
      return { status: 204 };
    },
  });

const deleteKey = (keys: WorkspaceKeys): Route =>
  route({
    method: 'delete',
    path: '/workspaces/:id/keys/:provider',
    id: 'deleteWorkspaceKey',
    role: 'admin',
    tag: 'Workspaces',
    summary: 'Delete a key, even of a provider that no module uses any more',
    params: z.strictObject({ ...workspace, provider: z.string().regex(/^[a-z0-9_-]{1,50}$/) }),
    responses: { 204: { description: 'Deleted, or there was none' } },
    handle: async ({ params: { id, provider } }, { actor }) => {
      await keys.remove(id, provider, actor);
      return { status: 204 };
    },
  });
