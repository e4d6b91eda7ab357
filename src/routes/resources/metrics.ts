// Metrics in the text format of Prometheus.
import type { Metrics } from '../telemetry/metrics.js';
import { route, type Route } from '../kit/route.js';

export const metricsRoutes = ({ metrics }: { metrics: Metrics }): Route[] => [
  route({
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    tag: 'Status',
    summary: 'Metrics for Prometheus',
    responses: { 200: { description: 'The exposition format', contentType: 'text/plain' } },
    handle: async () => ({
      status: 200,
      headers: { 'Content-Type': metrics.contentType },
      text: await metrics.render(),
    }),
  }),
];
