// What callers see of payloads: viewers nothing, all others everything except what looks like a secret.
import { maskSecrets } from '../../base/secrets/mask-secrets.js';
import type { Call } from '../kit/route.js';
import { adminOf } from './admin-actor.js';

export type ShowPayload = (value: unknown) => unknown;

/** For values that only some callers may see: payloads, results, log data, metadata, inputs of runs. */
export const payloadsFor = (call: Pick<Call, 'actor'>): ShowPayload =>
  adminOf(call).role === 'viewer' ? () => null : maskSecrets;

/** For users of the application, who see their own data. */
export const showAll: ShowPayload = (value) => value;

/** In descriptions of such fields. */
export const PAYLOAD_NOTE = 'null for viewers; values that look like secrets are masked';
