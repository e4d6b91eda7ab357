// Finds OpenTelemetry if the host uses it: the package is optional, and without a registered SDK it has no effect.
import { SchedulerError } from '../errors.js';
import { VERSION } from '../version.js';
import { createOpenTelemetry, type OpenTelemetryApi } from './open-telemetry.js';
import type { Telemetry } from './telemetry.js';

/**
 * Null: nothing is traced. If the host does not specify it (`wanted` undefined), telemetry is used if an SDK is registered by now. Throws
 * INVALID_CONFIG when it is wanted and the package is missing.
 */
export async function loadTelemetry(
  wanted: boolean | undefined,
  load: () => Promise<OpenTelemetryApi> = () => import('@opentelemetry/api'),
): Promise<Telemetry | null> {
  if (wanted === false) return null;
  const api = await load().catch((cause: unknown) => {
    if (wanted !== true) return null;
    const message = 'telemetry needs the package @opentelemetry/api: npm install @opentelemetry/api';
    throw new SchedulerError('INVALID_CONFIG', message, {}, { cause });
  });
  if (api === null || (wanted !== true && !isRegistered(api))) return null;
  return createOpenTelemetry(api, VERSION);
}

/** A tracer provider or a meter provider. Until one is registered, the API hands out the same silent objects. */
function isRegistered({ trace, metrics, createNoopMeter }: OpenTelemetryApi): boolean {
  const tracers = trace.getTracerProvider() as { getDelegateTracer?: (name: string) => unknown };
  const traced = tracers.getDelegateTracer === undefined || tracers.getDelegateTracer('punctual') !== undefined;
  return traced || metrics.getMeter('punctual') !== createNoopMeter();
}
