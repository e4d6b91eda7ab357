// Describes a route. Router, validation, handler types and the OpenAPI document are all derived from the object that this returns.
import type { ObjectSchema, Route, RouteSpec, Schema } from '../../scheduler/contracts/route.js';

export type { Call, Input, Reply, ResponseSpec, Route, RouteSpec } from '../../scheduler/contracts/route.js';

/** Types a route by its own schemas. */
export const route = <
  P extends ObjectSchema = undefined,
  Q extends ObjectSchema = undefined,
  H extends ObjectSchema = undefined,
  B extends Schema = undefined,
>(
  spec: RouteSpec<P, Q, H, B>,
): Route => spec;
