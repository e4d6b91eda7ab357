// The outcome of each occurrence, newest first.
import type { Schemas } from '../../api/client.js';
import { Status } from '../../components/icons/status.js';
import { DataTable } from '../../components/table/data-table.js';
import { Time } from '../../components/time.js';
import { link } from '../../state/router.js';
import { count, duration } from '../../time/format.js';
import { markOf, markWord } from './marks.js';

type Entry = Schemas['LedgerEntry'];

const attemptsOf = ({ attempts, count: n, outcome }: Entry): string =>
  outcome === 'skipped' || outcome === 'coalesced' ? count(n, 'occurrence') : count(attempts, 'attempt');

export const Ledger = ({ entries, zone }: { readonly entries: readonly Entry[]; readonly zone: string }) => (
  <DataTable
    caption="Past occurrences"
    rows={entries}
    keyOf={({ scheduled_for: at }) => at}
    columns={[
      { key: 'at', title: 'Scheduled for', cell: ({ scheduled_for: at }) => <Time at={at} own={zone} /> },
      {
        key: 'outcome',
        title: 'Outcome',
        cell: (entry) => (
          <span class="two">
            <Status status={markOf(entry)} word={markWord(entry)} />
            {entry.error && (
              <span class="muted small break">
                {entry.error} {entry.response_status && <code>{entry.response_status}</code>}
              </span>
            )}
          </span>
        ),
      },
      { key: 'attempts', title: 'Attempts', cell: (entry) => <span class="nowrap">{attemptsOf(entry)}</span> },
      {
        key: 'duration',
        title: 'Duration',
        end: true,
        cell: ({ duration_ms: ms }) => (ms === null ? '' : duration(ms)),
      },
      {
        key: 'run',
        title: 'Run',
        has: ({ run_id: id }) => id !== null,
        cell: ({ run_id: id }) => id && <a href={link(['runs', id])}>Run</a>,
      },
    ]}
  />
);
