// Places jobs in columns, each to the right of its parent, and draws the lines between. Pure.
import type { Job } from '../../components/job-table.js';

export interface Placed {
  readonly job: Job;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly nodes: readonly Placed[];
  readonly edges: readonly { readonly key: string; readonly path: string }[];
  readonly width: number;
  readonly height: number;
}

const GAP_X = 46;
const GAP_Y = 12;
const EDGE = 2;

/** How many parents stand before it; a circle, which there should not be, ends the count. */
function depthOf(job: Job, byId: ReadonlyMap<string, Job>): number {
  const seen = new Set<string>();
  let depth = 0;
  let parent = job.parent_id === null ? undefined : byId.get(job.parent_id);
  while (parent && !seen.has(parent.id)) {
    seen.add(parent.id);
    depth += 1;
    parent = parent.parent_id === null ? undefined : byId.get(parent.parent_id);
  }
  return depth;
}

export function layOut(jobs: readonly Job[], size: { readonly width: number; readonly height: number }): Layout {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const filled: number[] = [];
  const sorted = [...jobs].sort((a, b) => a.created_at.localeCompare(b.created_at));
  const nodes = sorted.map((job): Placed => {
    const depth = depthOf(job, byId);
    const row = filled[depth] ?? 0;
    filled[depth] = row + 1;
    return { job, x: EDGE + depth * (size.width + GAP_X), y: EDGE + row * (size.height + GAP_Y) };
  });
  const places = new Map(nodes.map((placed) => [placed.job.id, placed]));
  const edges = nodes.flatMap(({ job, x, y }) => {
    const parent = job.parent_id === null ? undefined : places.get(job.parent_id);
    if (!parent) return [];
    const [fromX, fromY] = [parent.x + size.width, parent.y + size.height / 2];
    const middle = (fromX + x) / 2;
    return [
      {
        key: job.id,
        path: `M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${y + size.height / 2} ${x} ${y + size.height / 2}`,
      },
    ];
  });
  return {
    ...{ nodes, edges },
    width: filled.length * (size.width + GAP_X) - GAP_X + 2 * EDGE,
    height: Math.max(...filled.map((n) => n ?? 0)) * (size.height + GAP_Y) - GAP_Y + 2 * EDGE,
  };
}
