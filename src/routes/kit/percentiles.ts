// Percentiles of times, as shown by the API.
import { z } from 'zod';
import type { Percentiles } from '../../base/latency-bins.js';

export const percentilesSchema = z.object({ p50_ms: z.number(), p95_ms: z.number(), p99_ms: z.number() }).meta({
  id: 'Percentiles',
  description: 'The 50th, 95th and 99th percentile in milliseconds, accurate to within 10 %',
});

export const percentilesJson = ({ p50Ms, p95Ms, p99Ms }: Percentiles): z.input<typeof percentilesSchema> => ({
  p50_ms: p50Ms,
  p95_ms: p95Ms,
  p99_ms: p99Ms,
});
