// What needs attention, in the server's words: the same as in the health check and the CLI. Each has the page that shows it. Pure.
import type { Status } from '../../state/live.js';

export interface Warning {
  readonly severity: 'warn' | 'bad';
  readonly text: string;
  readonly page: string;
  readonly linkText: string;
}

/** By the first part of the page's address. */
const LINKS: Readonly<Record<string, string>> = {
  instances: 'Instances',
  processes: 'The process',
  runs: 'Their runs',
  dead: 'Dead letters',
  queues: 'Queues',
};

const linkTextOf = (page: string): string => LINKS[page.split(/[/?]/)[0] ?? ''] ?? 'Look at them';

const asSentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;

/** In the order of the server, which is the worst first; empty: all is well. */
export const warningsOf = ({ warnings }: Pick<Status, 'warnings'>): readonly Warning[] =>
  warnings.map(({ severity, text, page }) => ({
    severity: severity === 'bad' ? 'bad' : 'warn',
    text: asSentence(text),
    page,
    linkText: linkTextOf(page),
  }));
