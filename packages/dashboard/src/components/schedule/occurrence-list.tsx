// The next occurrences with their local time, offset from UTC and what a policy did.
import { Time } from '../time.js';
import { noteInWords, type Occurrence } from './preview.js';
import './schedule.css';

export const OccurrenceList = ({
  occurrences,
  zone,
}: {
  readonly occurrences: readonly Occurrence[];
  readonly zone: string;
}) => (
  <ol class="occurrences">
    {occurrences.map(({ at, local, utc_offset: offset, notes }) => (
      <li key={`${at ?? ''} ${local}`} class={at === null ? 'left-out' : undefined}>
        <span class="mono nowrap">
          {local.replace('T', ' ').replace(/:00$/, '')} <span class="muted">{offset ?? ''}</span>
        </span>
        <span class="small">{at === null ? <span class="muted">does not run</span> : <Time at={at} own={zone} />}</span>
        {notes.map((note) => (
          <span key={note} class="occurrence-note">
            {noteInWords(note)}
          </span>
        ))}
      </li>
    ))}
  </ol>
);
