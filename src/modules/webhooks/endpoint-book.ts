// The endpoints, cached by this process because they are needed at every end of a job, and reloaded when they change.
import type { Database } from '../../scheduler/public.js';
import { listEndpoints, type EndpointRow } from './db/endpoints.js';

export const WEBHOOK_EVENTS = ['job.completed', 'job.dead', 'job.cancelled'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export interface EndpointBook {
  /** The enabled endpoints that receive such an event. */
  wanting(event: string, type: string, workspaceId: string | null): readonly EndpointRow[];
  /** True if any endpoint may receive events of such a job. */
  watches(type: string, workspaceId: string | null): boolean;
  refresh(): Promise<void>;
}

export function createEndpointBook(db: Database): EndpointBook {
  let endpoints: readonly EndpointRow[] = [];

  const hears = (endpoint: EndpointRow, type: string, workspaceId: string | null): boolean =>
    (endpoint.workspaceId === null || endpoint.workspaceId === workspaceId) &&
    (endpoint.types === null || endpoint.types.includes(type));

  return {
    wanting(event, type, workspaceId) {
      return endpoints.filter((one) => one.events.includes(event) && hears(one, type, workspaceId));
    },
    watches: (type, workspaceId) => endpoints.some((one) => hears(one, type, workspaceId)),
    async refresh() {
      endpoints = (await listEndpoints(db)).filter((endpoint) => endpoint.enabled);
    },
  };
}
