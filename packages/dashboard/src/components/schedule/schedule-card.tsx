// A schedule: in words, its next occurrences, and a form to change it that shows what the change does while it is typed.
import { useState } from 'preact/hooks';
import type { Outcome } from '../feedback/confirm.js';
import { Card } from '../layout/page.js';
import { link } from '../../state/router.js';
import { zoneName } from '../../time/zones.js';
import { OccurrenceList } from './occurrence-list.js';
import type { Preview } from './preview.js';
import type { Schedule } from './schedule.js';
import { ScheduleEditor } from './schedule-editor.js';

interface ScheduleCardProps {
  readonly schedule: Schedule;
  readonly preview: Preview;
  readonly editable: boolean;
  readonly onSave: (schedule: Schedule) => Promise<Outcome>;
}

export const ScheduleCard = ({ schedule, preview, editable, onSave }: ScheduleCardProps) => {
  const [editing, setEditing] = useState(false);
  const labLink = link(['lab'], { schedule: JSON.stringify(schedule) });
  return (
    <Card
      title="Schedule"
      aside={
        !editing && (
          <>
            <a href={labLink}>Open in the lab</a>
            {editable && (
              <button type="button" class="small" onClick={() => setEditing(true)}>
                Change
              </button>
            )}
          </>
        )
      }
    >
      {editing ? (
        <ScheduleEditor schedule={schedule} onSave={onSave} onClose={() => setEditing(false)} />
      ) : (
        <div class="stack">
          <p>{preview.description}</p>
          <OccurrenceList occurrences={preview.occurrences} zone={schedule.timezone ?? 'UTC'} />
          <p class="muted small">
            Local times in {zoneName(schedule.timezone ?? 'UTC')}; time zone data {preview.tz_version}.
          </p>
        </div>
      )}
    </Card>
  );
};
