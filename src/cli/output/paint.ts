// Colours by what they mean. Off: the text as it is.
const CODES = { good: 32, warn: 33, bad: 31, dim: 2, bold: 1 } as const;

export type Tone = keyof typeof CODES;

export type Paint = (text: string, tone: Tone | null) => string;

export const createPaint =
  (on: boolean): Paint =>
  (text, tone) =>
    on && tone !== null && text !== '' ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text;

const TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  alive: 'good',
  completed: 'good',
  closed: 'good',
  running: 'bold',
  processing: 'bold',
  failed: 'warn',
  degraded: 'warn',
  draining: 'warn',
  half_open: 'warn',
  suspended: 'bad',
  dead: 'bad',
  down: 'bad',
  open: 'bad',
  abandoned: 'bad',
  cancelled: 'dim',
  stopped: 'dim',
};

/** The tone of a state, wherever it is shown. */
export const toneOf = (state: string): Tone | null => TONES[state] ?? null;
