// The typed API client: paths, queries, bodies and responses are checked against the OpenAPI document at build time.
import { request, type QueryValue } from './request.js';
import type { components, paths } from './schema.js';

export type Schemas = components['schemas'];

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

type JsonOf<R> = R extends { content: { 'application/json': infer B } } ? B : undefined;
type Good<R> = JsonOf<R[Extract<keyof R, 200 | 201 | 202>]>;
/** The body of a successful response. */
export type ResponseOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Good<R> : never;
export type QueryOf<P extends keyof paths, M extends Method = 'get'> =
  Operation<P, M> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;
export type BodyOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody?: { content: { 'application/json': infer B } } } ? B : undefined;

type Params<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & Params<Rest>
  : unknown;

interface Common {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}
type WithParams<P extends string> = unknown extends Params<P> ? { params?: undefined } : { params: Params<P> };
type GetOptions<P extends PathsWith<'get'>> = Common & WithParams<P> & { query?: QueryOf<P> };
type SendOptions<P extends keyof paths, M extends Method> = Common &
  WithParams<P> &
  (undefined extends BodyOf<P, M> ? { body?: BodyOf<P, M> } : { body: BodyOf<P, M> });

const fill = (path: string, params: Readonly<Record<string, string>> = {}): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

type Loose = Common & { params?: Record<string, string>; query?: Record<string, QueryValue>; body?: unknown };

const call = <T>(method: string, path: string, options: Loose): Promise<T> => {
  const { params, ...rest } = options;
  return request<T>(fill(path, params), { method, ...rest });
};

export function get<P extends PathsWith<'get'>>(path: P, options: GetOptions<P>): Promise<ResponseOf<P, 'get'>> {
  return call('GET', path, options as Loose);
}

export function post<P extends PathsWith<'post'>>(
  path: P,
  options: SendOptions<P, 'post'>,
): Promise<ResponseOf<P, 'post'>> {
  return call('POST', path, options as Loose);
}

export function patch<P extends PathsWith<'patch'>>(
  path: P,
  options: SendOptions<P, 'patch'>,
): Promise<ResponseOf<P, 'patch'>> {
  return call('PATCH', path, options as Loose);
}
