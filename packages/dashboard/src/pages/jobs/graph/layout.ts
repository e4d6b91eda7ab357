// Lays out jobs in columns, each to the right of its dependencies, and computes the lines between them. Pure.

export interface GraphNode {
  readonly id: string;
  readonly created_at: string;
}

export interface GraphEdge {
  /** The job that has to complete first. */
  readonly from: string;
  readonly to: string;
}

export interface Placed<N> {
  readonly node: N;
  readonly x: number;
  readonly y: number;
}

export interface Layout<N> {
  readonly nodes: readonly Placed<N>[];
  readonly edges: readonly { readonly key: string; readonly path: string }[];
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP_X = 46;
const GAP_Y = 12;
const EDGE = 2;

/** The longest path to each node from a node without dependencies. The search stops at cycles, which should not exist. */
function columnsOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const columns = new Map(nodes.map(({ id }) => [id, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    let moved = false;
    for (const { from, to } of edges) {
      const least = (columns.get(from) ?? 0) + 1;
      if ((columns.get(to) ?? 0) >= least) continue;
      columns.set(to, least);
      moved = true;
    }
    if (!moved) break;
  }
  return columns;
}

const LAST = 1e9;

const mean = (numbers: readonly number[]): number =>
  numbers.length === 0 ? LAST : numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

/** Close to its dependencies, so that few lines cross; otherwise the oldest first. */
function inOrder<N extends GraphNode>(column: readonly N[], rowsBefore: (node: N) => readonly number[]): readonly N[] {
  const weights = new Map(column.map((node) => [node.id, mean(rowsBefore(node))]));
  return [...column].sort(
    (a, b) =>
      (weights.get(a.id) ?? 0) - (weights.get(b.id) ?? 0) ||
      a.created_at.localeCompare(b.created_at) ||
      a.id.localeCompare(b.id),
  );
}

function curve(from: Placed<unknown>, to: Placed<unknown>, { width, height }: Size): string {
  const [x1, y1, x2, y2] = [from.x + width, from.y + height / 2, to.x, to.y + height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

export function layOut<N extends GraphNode>(nodes: readonly N[], edges: readonly GraphEdge[], size: Size): Layout<N> {
  const columnOf = columnsOf(nodes, edges);
  const places = new Map<string, Placed<N>>();
  const last = Math.max(0, ...columnOf.values());
  let most = 0;
  for (let column = 0; column <= last; column += 1) {
    const rowsBefore = ({ id }: N): number[] =>
      edges.flatMap(({ from, to }) => (to === id ? (places.get(from)?.y ?? []) : []));
    const ordered = inOrder(
      nodes.filter(({ id }) => columnOf.get(id) === column),
      rowsBefore,
    );
    ordered.forEach((node, row) => {
      places.set(node.id, { node, x: EDGE + column * (size.width + GAP_X), y: EDGE + row * (size.height + GAP_Y) });
    });
    most = Math.max(most, ordered.length);
  }
  return {
    nodes: [...places.values()],
    edges: edges.flatMap(({ from, to }) => {
      const [start, end] = [places.get(from), places.get(to)];
      return start && end ? [{ key: `${from} ${to}`, path: curve(start, end, size) }] : [];
    }),
    width: (last + 1) * (size.width + GAP_X) - GAP_X + 2 * EDGE,
    height: most * (size.height + GAP_Y) - GAP_Y + 2 * EDGE,
  };
}
