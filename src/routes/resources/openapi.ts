// The description of the API, served by the API.
import { z } from 'zod';
import { route, type Route } from '../kit/route.js';

/** `document` is called with the path at which the router is mounted, and its result is cached by path. */
export function openApiRoute(document: (base: string) => object): Route {
  const made = new Map<string, object>();
  return route({
    method: 'get',
    path: '/openapi.json',
    id: 'getOpenApi',
    tag: 'Status',
    summary: 'This document',
    responses: { 200: { description: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
    handle: (_input, { base }) => {
      const body = made.get(base) ?? document(base);
      if (made.size < MOST_MOUNTS) made.set(base, body);
      return { status: 200, body };
    },
  });
}

const MOST_MOUNTS = 10;
