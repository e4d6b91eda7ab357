// Traces enqueueing by the semantic conventions for messaging: a `send` span.
import { inSpan, type Attributes, type Telemetry } from '../../../base/telemetry/telemetry.js';
import { messaging } from '../../work/traced-source.js';
import type { NewJob } from './enqueue-options.js';
import type { Enqueued } from './enqueued.js';

const typeOf = ({ job }: NewJob): string => (typeof job === 'string' ? job : job.type);

/** Stores the jobs inside a span; jobs that keep their trace keep this span's. */
export async function tracedSend(
  telemetry: Telemetry,
  jobs: readonly NewJob[],
  clock: { monotonicMs(): number },
  store: () => Promise<readonly Enqueued[]>,
): Promise<readonly Enqueued[]> {
  const types = [...new Set(jobs.map(typeOf))];
  const destination = types.length === 1 ? (types[0] as string) : 'queue';
  const attributes = messaging('send', 'send', destination);
  const since = clock.monotonicMs();
  const told = (more: Attributes): void =>
    telemetry.duration('messaging.client.operation.duration', clock.monotonicMs() - since, { ...attributes, ...more });
  try {
    const stored = await inSpan(
      telemetry,
      { name: `send ${destination}`, kind: 'producer', attributes },
      async (span) => {
        if (jobs.length > 1) span.set({ 'messaging.batch.message_count': jobs.length });
        const answers = await store();
        if (answers.length === 1) span.set({ 'messaging.message.id': (answers[0] as Enqueued).id });
        return answers;
      },
    );
    told({});
    telemetry.count('messaging.client.sent.messages', stored.filter(({ existing }) => !existing).length, attributes);
    return stored;
  } catch (error) {
    told({ 'error.type': error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
}
