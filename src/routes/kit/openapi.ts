// The OpenAPI 3.1 document, generated from the schemas that validate requests.
import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiRequestBodyObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { SESSION_COOKIE } from '../../dashboard/session-cookie.js';
import { roleNeeded } from '../access/roles.js';
import type { ResponseSpec, Route } from './route.js';

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    run_id: z.string().optional(),
    login: z.enum(['token', 'host']).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

export interface RouteGroup {
  /** Where its router is mounted. */
  readonly prefix: string;
  readonly routes: readonly Route[];
  /** Names of the security schemes; none: public. */
  readonly security: readonly string[];
  /** Its routes need roles, which are in the document. */
  readonly roles?: boolean;
}

/** Who has which token. */
const BEARER = ['admin', 'metrics', 'worker', 'user', 'notify'];
/** The dashboard's own, which needs the header `X-Punctual-CSRF` for changes. */
const SESSION = { session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } } as const;
/** The worker's secret may also come in a header of its own. */
const CRON_SECRET = { cronSecret: { type: 'apiKey', in: 'header', name: 'X-Worker-Secret' } } as const;

/** The whole document, as an object to be sent as JSON. */
export const openApiDocument = (groups: readonly RouteGroup[], version: string): object =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Punctual',
      version,
      description: 'JSON in snake_case, times in ISO 8601 UTC, errors as RFC 9457. Unknown fields are refused.',
    },
    paths: groups.reduce<ZodOpenApiPathsObject>((paths, group) => addGroup(paths, group), {}),
    components: {
      securitySchemes: {
        ...Object.fromEntries(BEARER.map((name) => [name, { type: 'http', scheme: 'bearer' } as const])),
        ...CRON_SECRET,
        ...SESSION,
      },
    },
  });

function addGroup(
  paths: ZodOpenApiPathsObject,
  { prefix, routes, security, roles }: RouteGroup,
): ZodOpenApiPathsObject {
  for (const route of routes) {
    const path = `${prefix}${route.path === '/' ? '' : route.path}`.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [route.method]: {
        ...operation(route, route.open ? [] : security),
        ...(roles && !route.open ? { 'x-role': roleNeeded(route) } : {}),
      },
    };
  }
  return paths;
}

const operation = (route: Route, security: readonly string[]): ZodOpenApiOperationObject => ({
  operationId: route.id,
  summary: route.summary,
  tags: [route.tag],
  requestParams: {
    ...(route.params ? { path: route.params } : {}),
    ...(route.query ? { query: route.query } : {}),
    ...(route.headers ? { header: route.headers } : {}),
  },
  ...(route.body ? { requestBody: requestBody(route.body) } : {}),
  ...(route.rawBody ? { requestBody: rawRequestBody(route.rawBody) } : {}),
  responses: {
    ...Object.fromEntries(Object.entries(route.responses).map(([status, spec]) => [status, answer(status, spec)])),
    ...(security.length > 0 ? { 401: problemResponse('No token, or a wrong one') } : {}),
    default: problemResponse('A problem'),
  },
  security: security.map((name) => ({ [name]: [] })),
});

/** A request without a body is checked as an empty object. */
const requestBody = (schema: z.ZodType): ZodOpenApiRequestBodyObject => ({
  required: !schema.safeParse({}).success,
  content: { 'application/json': { schema } },
});

const rawRequestBody = (mediaTypes: readonly string[]): ZodOpenApiRequestBodyObject => {
  const schema = z.string().meta({ format: 'binary' });
  return { required: true, content: Object.fromEntries(mediaTypes.map((type) => [type, { schema }])) };
};

const answer = (status: string, spec: ResponseSpec): ZodOpenApiResponseObject =>
  Number(status) < 400 || spec.schema ? response(spec) : problemResponse(spec.description);

const response = ({
  description,
  schema,
  contentType = 'application/json',
}: ResponseSpec): ZodOpenApiResponseObject => ({
  description,
  ...(schema ? { content: { [contentType]: { schema } } } : {}),
  ...(!schema && contentType !== 'application/json' ? { content: { [contentType]: { schema: z.string() } } } : {}),
});

const problemResponse = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});
