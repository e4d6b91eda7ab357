// What a job belongs to, as a graph: its parent, itself, and the jobs it made.
import { get } from '../../api/client.js';
import { useQuery } from '../../api/use-query.js';
import { lookOf, StatusMark } from '../../components/icons/status.js';
import type { Job } from '../../components/job-table.js';
import { Card } from '../../components/layout/page.js';
import { link } from '../../state/router.js';
import { layOut, type Placed } from './family-layout.js';

const MOST = 60;

/** The jobs of its group, or its parent and children. */
async function familyOf(job: Job, signal: AbortSignal): Promise<readonly Job[]> {
  const children = get('/jobs', { query: { parent_id: job.id, limit: MOST }, signal });
  const parent =
    job.parent_id === null ? null : get('/jobs/{id}', { params: { id: job.parent_id }, signal }).catch(() => null);
  const group = job.group_id === null ? null : get('/jobs', { query: { group_id: job.group_id, limit: MOST }, signal });
  const [below, above, beside] = await Promise.all([children, parent, group]);
  const all = [...(above ? [above] : []), job, ...below.items, ...(beside?.items ?? [])];
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

const WIDTH = 190;
const HEIGHT = 40;

const Node = ({ placed: { job, x, y }, current }: { readonly placed: Placed; readonly current: boolean }) => (
  <a href={link(['jobs', job.id])} class={`graph-node tone-${lookOf(job.status)[0]} ${current ? 'current' : ''}`}>
    <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={6} />
    <svg x={x + 12} y={y + 14} width={12} height={12}>
      <StatusMark status={job.status} />
    </svg>
    <text x={x + 32} y={y + 17}>
      {job.type.length > 22 ? `${job.type.slice(0, 21)}…` : job.type}
    </text>
    <text x={x + 32} y={y + 31} class="graph-note">
      {job.status}
    </text>
  </a>
);

export const JobFamily = ({ job }: { readonly job: Job }) => {
  const family = useQuery(`job/family/${job.id}`, (signal) => familyOf(job, signal));
  if (!family.data || family.data.length < 2) return null;
  const { nodes, edges, width, height } = layOut(family.data, { width: WIDTH, height: HEIGHT });
  return (
    <Card title="Jobs around it" aside={`${family.data.length} jobs`}>
      <div class="table-room" tabIndex={0} role="region" aria-label="Jobs around it">
        <svg class="graph" width={width} height={height} role="group" aria-label="Jobs around it">
          {edges.map(({ key, path }) => (
            <path key={key} d={path} class="graph-edge" />
          ))}
          {nodes.map((placed) => (
            <Node key={placed.job.id} placed={placed} current={placed.job.id === job.id} />
          ))}
        </svg>
      </div>
    </Card>
  );
};
