// One route: what it takes, what it answers and what it does. Validation, the router and the OpenAPI document are all made from this.
import type { z } from 'zod';
import type { Actor } from '../../scheduler/contracts/scheduler.js';

export interface ResponseSpec {
  readonly description: string;
  /** None: no body, or one that is not JSON. */
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

/** What a handler answers. `stream` is sent piece by piece; an error before its first piece becomes a problem. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly stream?: AsyncIterable<string>;
}

/** What a handler knows of its call beside the validated input. */
export interface Call {
  readonly actor: Actor;
  /** Where the router is mounted, for links. */
  readonly base: string;
  /** Aborts when there is nobody left to answer: the client is gone or the server closes. */
  readonly signal: AbortSignal;
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface Input<P, Q, H, B> {
  readonly params: Output<P>;
  readonly query: Output<Q>;
  readonly headers: Output<H>;
  readonly body: Output<B>;
}

type Schema = z.ZodType | undefined;
type ObjectSchema = z.ZodObject | undefined;

export interface RouteSpec<P extends ObjectSchema, Q extends ObjectSchema, H extends ObjectSchema, B extends Schema> {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  /** In Express's notation, under the mount point. */
  readonly path: string;
  /** Unique: the `operationId`. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  /** Names in lower case; other headers are let through. */
  readonly headers?: H;
  readonly body?: B;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  readonly handle: (input: Input<P, Q, H, B>, call: Call) => Promise<Reply> | Reply;
}

/** A route whose types are no longer told apart, as the router keeps it. */
export interface Route extends Omit<RouteSpec<ObjectSchema, ObjectSchema, ObjectSchema, Schema>, 'handle'> {
  readonly handle: (input: Input<never, never, never, never>, call: Call) => Promise<Reply> | Reply;
}

/** Types a route by its own schemas. */
export const route = <
  P extends ObjectSchema = undefined,
  Q extends ObjectSchema = undefined,
  H extends ObjectSchema = undefined,
  B extends Schema = undefined,
>(
  spec: RouteSpec<P, Q, H, B>,
): Route => spec;
