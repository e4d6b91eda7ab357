// The dependency graph of a job: each job is to the right of the jobs it waits for.
import { useEffect, useRef } from 'preact/hooks';
import { get, type ResponseOf, type Schemas } from '../../../api/client.js';
import { useQuery } from '../../../api/use-query.js';
import { lookOf, StatusMark } from '../../../components/icons/status.js';
import { Card } from '../../../components/layout/page.js';
import { link } from '../../../state/router.js';
import { count } from '../../../time/format.js';
import { layOut, type Placed } from './layout.js';

type Node = Schemas['JobNode'];
type Graph = ResponseOf<'/jobs/{id}/dependencies', 'get'>;

const EVERY_MS = 5_000;
const WIDTH = 200;
const HEIGHT = 42;
const MOST_LETTERS = 24;

const shortened = (text: string): string => (text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text);

const wordOf = ({ status, error_code: code }: Node): string => (code === null ? status : `${status}, ${code}`);

/** The text for screen readers and tooltips. */
function sentenceOf(node: Node, { nodes, edges }: Graph): string {
  const named = (ids: readonly string[]): string =>
    nodes
      .filter(({ id }) => ids.includes(id))
      .map(({ type }) => type)
      .join(', ');
  const before = named(edges.filter(({ to }) => to === node.id).map(({ from }) => from));
  const after = named(edges.filter(({ from }) => from === node.id).map(({ to }) => to));
  return [
    `${node.type}, ${wordOf(node)}`,
    node.key !== null && `key ${node.key}`,
    before && `after ${before}`,
    after && `before ${after}`,
  ]
    .filter(Boolean)
    .join('; ');
}

interface BoxProps {
  readonly placed: Placed<Node>;
  readonly graph: Graph;
  readonly current: boolean;
}

const Box = ({ placed: { node, x, y }, graph, current }: BoxProps) => (
  <a
    href={link(['jobs', node.id])}
    class={`graph-node tone-${lookOf(node.status)[0]} ${current ? 'current' : ''}`}
    aria-label={sentenceOf(node, graph)}
    aria-current={current ? 'true' : undefined}
  >
    <title>{sentenceOf(node, graph)}</title>
    <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={6} />
    <svg x={x + 12} y={y + 15} width={12} height={12}>
      <StatusMark status={node.status} />
    </svg>
    <text x={x + 32} y={y + 18}>
      {shortened(node.type)}
    </text>
    <text x={x + 32} y={y + 33} class="graph-note">
      {shortened(wordOf(node))}
    </text>
  </a>
);

/** Solid: still waiting. Dashed: the dependency has ended. */
const Lines = ({ graph, lines }: { readonly graph: Graph; readonly lines: ReturnType<typeof layOut>['edges'] }) => {
  const waiting = new Set(graph.edges.filter((edge) => edge.ended_as === null).map(({ from, to }) => `${from} ${to}`));
  return (
    <>
      {lines.map(({ key, path }) => (
        <path key={key} d={path} class={`graph-edge ${waiting.has(key) ? '' : 'over'}`} />
      ))}
    </>
  );
};

function inSight(room: HTMLElement, { x, y }: Placed<Node>): void {
  room.scrollLeft = x + (WIDTH - room.clientWidth) / 2;
  room.scrollTop = y + (HEIGHT - room.clientHeight) / 2;
}

export const JobGraph = ({ id, open }: { readonly id: string; readonly open: boolean }) => {
  const loaded = useQuery(`job/graph/${id}`, (signal) => get('/jobs/{id}/dependencies', { params: { id }, signal }), {
    everyMs: open ? EVERY_MS : undefined,
  });
  const graph = loaded.data;
  const room = useRef<HTMLDivElement>(null);
  const layout = graph && layOut(graph.nodes, graph.edges, { width: WIDTH, height: HEIGHT });
  const place = layout?.nodes.find(({ node }) => node.id === id);
  useEffect(() => {
    if (room.current && place) inSight(room.current, place);
  }, [place?.x, place?.y]);
  if (!graph || !layout || graph.nodes.length < 2) return null;
  const { nodes, edges, width, height } = layout;
  return (
    <Card
      title="Dependencies"
      aside={`${count(nodes.length, 'job')}${graph.truncated ? '; only the nearest are shown' : ''}`}
    >
      <div class="graph-room" ref={room} tabIndex={0} role="region" aria-label="Dependency graph">
        <svg class="graph" width={width} height={height} role="group" aria-label="Jobs, from first to last">
          <Lines graph={graph} lines={edges} />
          {nodes.map((placed) => (
            <Box key={placed.node.id} placed={placed} graph={graph} current={placed.node.id === id} />
          ))}
        </svg>
      </div>
    </Card>
  );
};
