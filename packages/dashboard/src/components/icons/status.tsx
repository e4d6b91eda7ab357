// A state by colour, shape and word, so that no one of them has to be seen.

export type Tone = 'good' | 'busy' | 'waiting' | 'warn' | 'bad' | 'off';
type Shape = 'check' | 'ring' | 'half' | 'triangle' | 'diamond' | 'square' | 'slash' | 'dots';

const LOOKS: Readonly<Record<string, readonly [Tone, Shape]>> = {
  completed: ['good', 'check'],
  delivered: ['good', 'check'],
  sent: ['good', 'check'],
  paid: ['good', 'check'],
  ok: ['good', 'check'],
  up: ['good', 'check'],
  alive: ['good', 'check'],
  active: ['good', 'check'],
  closed: ['good', 'check'],
  enabled: ['good', 'check'],
  late: ['warn', 'check'],
  retried: ['warn', 'check'],
  running: ['busy', 'half'],
  processing: ['busy', 'half'],
  importing: ['busy', 'half'],
  enqueued: ['busy', 'half'],
  half_open: ['busy', 'half'],
  pending: ['waiting', 'ring'],
  scheduled: ['waiting', 'ring'],
  queued: ['waiting', 'ring'],
  open_charge: ['waiting', 'ring'],
  waiting: ['waiting', 'dots'],
  retrying: ['warn', 'triangle'],
  failed: ['warn', 'triangle'],
  degraded: ['warn', 'triangle'],
  draining: ['warn', 'triangle'],
  declined: ['bad', 'triangle'],
  open: ['bad', 'triangle'],
  down: ['bad', 'diamond'],
  dead: ['bad', 'diamond'],
  abandoned: ['bad', 'diamond'],
  bounced: ['bad', 'diamond'],
  suspended: ['bad', 'square'],
  paused: ['off', 'square'],
  disabled: ['off', 'slash'],
  inactive: ['off', 'slash'],
  cancelled: ['off', 'slash'],
  stopped: ['off', 'slash'],
  skipped: ['off', 'slash'],
  suppressed: ['off', 'slash'],
  coalesced: ['off', 'dots'],
  superseded: ['off', 'dots'],
  expired: ['off', 'dots'],
};

/** What each shape adds to the colour. */
const Drawn = ({ shape }: { readonly shape: Shape }) => {
  switch (shape) {
    case 'check':
      return (
        <>
          <circle cx="6" cy="6" r="5.5" class="fill" />
          <path d="M3.4 6.2 5.3 8l3.4-4" class="cut" />
        </>
      );
    case 'half':
      return (
        <>
          <circle cx="6" cy="6" r="4.75" class="line" />
          <path d="M6 1.25a4.75 4.75 0 0 1 0 9.5z" class="fill" />
        </>
      );
    case 'triangle':
      return (
        <>
          <path d="M6 .8 11.6 11H.4z" class="fill" />
          <path d="M6 4.2v3.1M6 9.1v.1" class="cut" />
        </>
      );
    case 'diamond':
      return (
        <>
          <path d="M6 .3 11.7 6 6 11.7.3 6z" class="fill" />
          <path d="M4.3 4.3l3.4 3.4M7.7 4.3 4.3 7.7" class="cut" />
        </>
      );
    case 'square':
      return (
        <>
          <rect x="1" y="1" width="10" height="10" rx="2" class="fill" />
          <path d="M4.5 4v4M7.5 4v4" class="cut" />
        </>
      );
    case 'slash':
      return (
        <>
          <circle cx="6" cy="6" r="4.75" class="line" />
          <path d="M2.8 9.2l6.4-6.4" class="line" />
        </>
      );
    case 'dots':
      return <path d="M2 6h.01M6 6h.01M10 6h.01" class="points" />;
    case 'ring':
      return <circle cx="6" cy="6" r="4.75" class="line" />;
  }
};

export const lookOf = (status: string): readonly [Tone, Shape] => LOOKS[status] ?? ['off', 'ring'];

/** Words of the API as people read them: `half_open` becomes `half open`. */
const inWords = (word: string): string => word.replaceAll('_', ' ');

export const StatusMark = ({ status, size = 12 }: { readonly status: string; readonly size?: number }) => {
  const [tone, shape] = lookOf(status);
  return (
    <svg class={`status-mark tone-${tone}`} viewBox="0 0 12 12" width={size} height={size} aria-hidden="true">
      <Drawn shape={shape} />
    </svg>
  );
};

interface StatusProps {
  readonly status: string;
  /** Instead of the status itself. */
  readonly word?: string | undefined;
  readonly title?: string | undefined;
}

export const Status = ({ status, word, title }: StatusProps) => (
  <span class={`status tone-${lookOf(status)[0]}`} title={title}>
    <StatusMark status={status} />
    <span>{word ?? inWords(status)}</span>
  </span>
);
