// A route: one object from which router, validation, handler types and the OpenAPI document are derived. Types only, so that a module can
// describe routes without the engine knowing HTTP.
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Role } from '../../base/secrets/roles.js';
import type { Actor } from './scheduler.js';

export interface ResponseSpec {
  readonly description: string;
  /** None: no body, or one that is not JSON. */
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

/** What a handler returns. `stream` is sent chunk by chunk; an error before its first chunk becomes a problem document. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly stream?: AsyncIterable<string>;
}

/** What a handler knows about its call in addition to the validated input. */
export interface Call {
  readonly actor: Actor;
  /** Where the router is mounted, for links. */
  readonly base: string;
  /** Aborts when nobody is waiting for the response any more: the client has disconnected or the server closes. */
  readonly signal: AbortSignal;
  /** The body as a stream, only for a route with `rawBody`. */
  readonly rawBody?: Readable;
}

export type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface Input<P, Q, H, B> {
  readonly params: Output<P>;
  readonly query: Output<Q>;
  readonly headers: Output<H>;
  readonly body: Output<B>;
}

export type Schema = z.ZodType | undefined;
export type ObjectSchema = z.ZodObject | undefined;

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
  /** Names in lower case; other headers are ignored. */
  readonly headers?: H;
  readonly body?: B;
  /** Media types of a body that the handler reads itself, from `Call.rawBody`. Instead of `body`. */
  readonly rawBody?: readonly string[];
  /** Maximum size of the body, in bytes. Default 256 kB. */
  readonly bodyLimit?: number;
  /** Some of its names are not in snake_case, so paths in errors are reported as they were sent. */
  readonly asSent?: boolean;
  /** On a user route: services with a token may call it as well as users. `callerOf(call)` returns the caller. */
  readonly services?: boolean;
  /** On an admin route: the minimum role of its caller. Default: `viewer` for GET, `operator` for the others. */
  readonly role?: Role;
  /** On an admin route: needs no authentication. */
  readonly open?: boolean;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  readonly handle: (input: Input<P, Q, H, B>, call: Call) => Promise<Reply> | Reply;
}

/** A route with erased types, as the router stores it. */
export interface Route extends Omit<RouteSpec<ObjectSchema, ObjectSchema, ObjectSchema, Schema>, 'handle'> {
  readonly handle: (input: Input<never, never, never, never>, call: Call) => Promise<Reply> | Reply;
}
