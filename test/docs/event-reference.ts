// The reference of events: what each tells, and what its listener receives.
import { EVENTS } from '../../src/scheduler/contracts/events.js';
import { membersOf } from './interface-docs.js';
import { markdownTable } from './reference-page.js';

const received = (type: string): string => /^\(\w+: (.*)\) => void$/.exec(type)?.[1] ?? type;

export function eventReference(): string {
  const types = membersOf('scheduler/contracts/scheduler.ts', 'SchedulerEvents');
  const rows = Object.entries(EVENTS).map(([event, meaning]) => [
    `\`${event}\``,
    meaning,
    `\`${received(types.get(event)?.type ?? '')}\``,
  ]);
  return markdownTable(['Event', 'When', 'Received'], rows).join('\n');
}
